package io.github.camelsagemaker.async.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class InvocationReceiptTest {

    private final Message message = new DefaultExchange(new DefaultCamelContext()).getMessage();

    @Test
    void writesWhatIsKnown() {
        new InvocationReceipt("id", "s3://b/out", "s3://b/failed", "s3://b/in").writeTo(message);

        assertThat(message.getHeaders())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "CamelAwsSageMakerAsyncInferenceId", "id",
                        "CamelAwsSageMakerAsyncOutputLocation", "s3://b/out",
                        "CamelAwsSageMakerAsyncFailureLocation", "s3://b/failed",
                        "CamelAwsSageMakerAsyncInputLocation", "s3://b/in",
                        "CamelAwsSageMakerAsyncPayloadMode", PayloadMode.S3));
    }

    @Test
    void removesWhatDescribesAnotherRequestWhateverItsCase() {
        message.setHeader(SageMakerAsyncConstants.REQUEST_FILENAME, "old");
        message.setHeader("camelawssagemakerasyncrequestaccept", "old");
        message.setHeader(SageMakerAsyncConstants.FAILURE_REASON, "old");
        message.setHeader(SageMakerAsyncConstants.INPUT_LOCATION, "old");
        message.setHeader(SageMakerAsyncConstants.FAILURE_LOCATION, "old");
        message.setHeader("CamelFileName", "kept");

        new InvocationReceipt("id", "s3://b/out", null, null).writeTo(message);

        assertThat(message.getHeaders())
                .containsOnlyKeys(
                        "CamelFileName",
                        "CamelAwsSageMakerAsyncInferenceId",
                        "CamelAwsSageMakerAsyncOutputLocation",
                        "CamelAwsSageMakerAsyncPayloadMode");
    }
}
