package io.github.camelsagemaker.async.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;

/**
 * One thing that an application tells of itself. What does not belong to its kind is null.
 *
 * @param life which run of the application tells it, from 0
 * @param inferenceId the request
 * @param text a place in S3, or what is wrong
 */
record Entry(int life, Kind kind, String inferenceId, Told told, Emission emission, String text) {

    private static final ObjectMapper JSON = new ObjectMapper();

    enum Kind {
        /** A document is handed in; told before that. */
        SENT,
        TOLD,
        HANDLED,
        /** The component named this place in a warning. */
        WARNED,
        /** A result was handled, and a repository failed to remember that. */
        FORGOT,
        /** The application found something wrong with itself. */
        WRONG
    }

    /** One line, without its end. */
    String line() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Entry parse(String line) {
        try {
            return JSON.readValue(line, Entry.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(line, e);
        }
    }
}
