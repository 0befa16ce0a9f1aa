package io.github.camelsagemaker.async.examples.quickstart;

import io.github.camelsagemaker.async.testinfra.Model;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.IOException;
import java.io.InputStream;

/**
 * The embedded model: reads a document to its end, without holding it in memory, and answers with its statistics. It fails
 * on JSON whose brackets do not match.
 */
final class DocumentModel implements Model {

    private final long millis;

    /** @param millis the least time it takes for a document */
    DocumentModel(long millis) {
        this.millis = millis;
    }

    @Override
    public ModelResponse infer(ModelRequest request) throws IOException, InterruptedException, ModelException {
        Thread.sleep(millis);
        DocumentStatistics statistics;
        try (InputStream in = request.openStream()) {
            statistics = DocumentStatistics.of(in);
        }
        if ("application/json".equals(request.contentType()) && statistics.openBrackets() != 0) {
            throw new ModelException("not JSON: " + statistics.openBrackets() + " brackets are never closed");
        }
        return ModelResponse.json(statistics.toJson());
    }
}
