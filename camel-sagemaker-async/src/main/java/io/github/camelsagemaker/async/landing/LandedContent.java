package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.result.BodyMode;
import io.github.camelsagemaker.async.result.InferenceResult;
import io.github.camelsagemaker.async.result.ResultReader;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.converter.stream.InputStreamCache;

/**
 * Gets a landing's content with the fewest requests: what the landing carries is not read again, and where no body is
 * wanted nothing is read if the landing tells the media type. Thread-safe.
 */
public final class LandedContent {

    private final ResultReader reader;
    private final BodyMode bodyMode;

    public LandedContent(ResultReader reader, BodyMode bodyMode) {
        this.reader = reader;
        this.bodyMode = bodyMode;
    }

    /** Gets the content without blocking; ends exceptionally as {@link ResultReader#read} does. */
    public CompletableFuture<InferenceResult> of(Landing landing) {
        if (landing.content() != null) {
            return CompletableFuture.completedFuture(carried(landing));
        }
        boolean factsAreEnough = bodyMode == BodyMode.NONE && landing.contentType() != null;
        if (landing.object() == null || factsAreEnough) {
            return CompletableFuture.completedFuture(InferenceResult.NOTHING);
        }
        return reader.read(landing.object(), landing.eventTime());
    }

    private InferenceResult carried(Landing landing) {
        byte[] content = landing.content();
        Object body =
                switch (bodyMode) {
                    case NONE -> null;
                    case BYTES -> content;
                    case STREAM -> new InputStreamCache(content);
                };
        return new InferenceResult(body, null, (long) content.length, null, null, Map.of());
    }
}
