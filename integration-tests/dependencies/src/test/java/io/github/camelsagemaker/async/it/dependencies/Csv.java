package io.github.camelsagemaker.async.it.dependencies;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.util.List;

/** How CSV is read and written here. */
final class Csv {

    private static final CsvMapper MAPPER = CsvMapper.builder()
            .enable(CsvParser.Feature.TRIM_SPACES)
            .enable(CsvParser.Feature.ALLOW_COMMENTS)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    private Csv() {}

    /** For files of ours: lines that begin with # are comments, and the first other one names the columns. */
    static ObjectReader reader() {
        return MAPPER.reader(CsvSchema.emptySchema().withHeader());
    }

    static ObjectReader reader(List<String> columns) {
        return MAPPER.reader(CsvSchema.builder()
                .addColumns(columns, CsvSchema.ColumnType.STRING)
                .build());
    }

    static ObjectWriter writer(Class<?> type) {
        return MAPPER.writer(MAPPER.schemaFor(type).withHeader());
    }
}
