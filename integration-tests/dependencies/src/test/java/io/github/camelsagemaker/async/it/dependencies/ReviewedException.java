package io.github.camelsagemaker.async.it.dependencies;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/**
 * An affected dependency that stays, because somebody looked and found that it does no harm, or that there is no remedy.
 *
 * @param coordinates group, artifact and version: another version is looked at again
 * @param advisory the advisory's id, as the scan reports it
 * @param until the last day on which this holds; then somebody looks again
 * @param reason what was found
 */
record ReviewedException(String coordinates, String advisory, LocalDate until, String reason) {

    ReviewedException {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("An exception needs a reason: " + coordinates + ", " + advisory);
        }
    }

    static List<ReviewedException> read(InputStream csv) throws IOException {
        try (MappingIterator<Row> rows = Csv.reader().forType(Row.class).readValues(csv)) {
            return rows.readAll().stream().flatMap(Row::exceptions).toList();
        }
    }

    boolean covers(Finding finding) {
        return coordinates.equals(finding.dependency().toString())
                && advisory.equals(finding.advisory().id());
    }

    /** As in the file: a row may be about several advisories, with blanks between them. */
    private record Row(
            @JsonProperty(required = true) String coordinates,
            @JsonProperty(required = true) String advisories,
            @JsonProperty(required = true) String until,
            @JsonProperty(required = true) String reason) {

        Stream<ReviewedException> exceptions() {
            LocalDate lastDay = LocalDate.parse(until);
            return Stream.of(advisories.split(" +"))
                    .map(advisory -> new ReviewedException(coordinates, advisory, lastDay, reason));
        }
    }
}
