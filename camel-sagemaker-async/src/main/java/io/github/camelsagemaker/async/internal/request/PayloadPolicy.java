package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;

/**
 * Decides by a payload's size how it travels, or that it cannot.
 *
 * <p>A payload of 0 bytes cannot travel inline: on the wire it is the same as no payload at all, which SageMaker refuses. So
 * it goes through S3 where that is possible, and is an error otherwise.
 *
 * @param inlineThreshold the most bytes that travel inline in mode AUTO
 * @param s3Possible whether inputLocation is set
 */
record PayloadPolicy(PayloadMode mode, int inlineThreshold, boolean s3Possible) {

    /** AWS documents "1 GB" for payloads in S3: what is known to be longer is refused before anything is sent. */
    static final long MAX_KNOWN_BYTES = 1_000_000_000L;

    /** The largest reading of "1 GB": where a stream of unknown length is cut off. */
    static final long MAX_STREAMED_BYTES = 1L << 30;

    /** How many bytes must be seen of a stream of unknown length before its way is known; 0 if it is known already. */
    int readAhead() {
        return longestInline() + 1;
    }

    private int longestInline() {
        return switch (mode) {
            case S3 -> -1;
            case INLINE -> SageMakerAsyncConstants.MAX_INLINE_BYTES;
            case AUTO -> inlineThreshold;
        };
    }

    /** @throws InvalidInferenceRequestException naming size, limit and what to change */
    PayloadMode modeFor(long length) {
        return choose(length, length + " bytes");
    }

    /** How a stream travels of which {@link #readAhead()} bytes were seen, one more than {@code length}. */
    PayloadMode modeForMoreThan(long length) {
        return choose(length + 1, length < 0 ? "an unknown number of bytes" : "more than " + length + " bytes");
    }

    private PayloadMode choose(long length, String size) {
        checkSize(length, MAX_KNOWN_BYTES, size);
        if (length > 0 && length <= longestInline()) {
            return PayloadMode.INLINE;
        }
        if (mode == PayloadMode.INLINE) {
            throw new InvalidInferenceRequestException(
                    "The payload has " + size + ", but with payloadMode INLINE it must have"
                            + (length == 0 ? " at least 1" : " at most " + SageMakerAsyncConstants.MAX_INLINE_BYTES)
                            + ". Use payloadMode AUTO or S3 together with the option inputLocation");
        }
        if (!s3Possible) {
            String inline = length == 0
                    ? "an empty payload cannot travel inline and"
                    : "inline it may have at most " + inlineThreshold + " (option inlineThreshold); a larger one";
            throw new InvalidInferenceRequestException("The payload has " + size + ": "
                    + (mode == PayloadMode.S3 ? "with payloadMode S3 it" : inline)
                    + " has to go through S3. Set the option inputLocation to s3://bucket/prefix/");
        }
        return PayloadMode.S3;
    }

    static void checkStreamed(long length) {
        checkSize(length, MAX_STREAMED_BYTES, "more than " + MAX_STREAMED_BYTES + " bytes");
    }

    private static void checkSize(long length, long limit, String size) {
        if (length > limit) {
            throw new InvalidInferenceRequestException("The payload has " + size + ", but SageMaker takes at most "
                    + limit + " (1 GB) through S3. Send less in one request");
        }
    }
}
