package io.github.camelsagemaker.async.internal.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.observe.Observability;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;

class RequestSenderTest {

    private static final S3Location OUTPUT = S3Location.parse("s3://bucket/out/1.out");

    static final InvokeEndpointAsyncRequest CALL = InvokeEndpointAsyncRequest.builder()
            .endpointName("e")
            .inferenceId("id-1")
            .contentType("text/plain")
            .build();

    private final S3InMemory s3 = new S3InMemory();
    private final StagedInputs stagedInputs = new StagedInputs();
    private Executor workers = Runnable::run;
    private final InferenceRequest request = new InferenceRequest(CALL, PayloadMode.S3);

    /** SageMaker, which answers a call as told. */
    private record Answering(Supplier<InvokeEndpointAsyncResponse> answer) implements SageMakerRuntimeAsyncClient {

        @Override
        public CompletableFuture<InvokeEndpointAsyncResponse> invokeEndpointAsync(InvokeEndpointAsyncRequest call) {
            return CompletableFuture.completedFuture(answer.get());
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private CompletableFuture<InvocationReceipt> send(Supplier<InvokeEndpointAsyncResponse> answer) {
        SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
        options.setInputLocation("s3://bucket/in/");
        options.setMaxConcurrentCalls(1);
        options.setSageMakerRuntimeAsyncClient(new Answering(answer));
        options.setS3AsyncClient(s3);
        RequestSender sender = new RequestSender(
                ProducerSettings.of("e", options),
                new AwsClients(options, workers, client -> null, unused -> {}),
                stagedInputs,
                new KeptPayloads(),
                workers,
                new Observability(DefaultCamelContext::new).requests("e"),
                new RouteStops(workers));
        return sender.send(
                new DefaultExchange(new DefaultCamelContext()), request, new Payload.InMemory(new byte[] {1}));
    }

    private static InvokeEndpointAsyncResponse accepted() {
        return InvokeEndpointAsyncResponse.builder()
                .inferenceId("id-1")
                .outputLocation(OUTPUT.uri())
                .build();
    }

    @Test
    void aResultThatIsQuickerThanTheAnswerGetsThePayloadsName() {
        List<S3Location> told = new ArrayList<>();

        InvocationReceipt receipt = send(() -> {
                    stagedInputs.whenKnown(OUTPUT, told::add);
                    return accepted();
                })
                .join();

        assertThat(told).containsExactly(S3Location.parse(receipt.inputLocation()));
    }

    @Test
    void whatFollowsTheAnswerRunsOnAWorkerAndNotWhereTheClientAnswers() {
        List<Runnable> dispatched = new ArrayList<>();
        List<S3Location> told = new ArrayList<>();
        workers = dispatched::add;

        CompletableFuture<InvocationReceipt> sent = send(() -> {
            stagedInputs.whenKnown(OUTPUT, told::add);
            return accepted();
        });
        assertThat(told).isEmpty();
        dispatched.forEach(Runnable::run);

        assertThat(told).hasSize(1);
        assertThat(sent).isCompleted();
    }

    @Test
    void anAnswerOfSuccessWithoutAnOutputLocationAcceptsNothing() {
        CompletableFuture<InvocationReceipt> sent =
                send(() -> InvokeEndpointAsyncResponse.builder().build());

        assertThatThrownBy(sent::join)
                .hasCauseInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("has no OutputLocation");
    }

    @Test
    void anAnswerOfSuccessWithAFailureLocationThatIsNoneAcceptsNothing() {
        CompletableFuture<InvocationReceipt> sent = send(() -> InvokeEndpointAsyncResponse.builder()
                .outputLocation(OUTPUT.uri())
                .failureLocation("s3://bucket/")
                .build());

        assertThatThrownBy(sent::join)
                .hasCauseInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("has no valid FailureLocation");
    }

    @Test
    void anAcceptedRequestStaysAcceptedWhenItsPayloadCannotBeClearedUpAfterAQuickResult() {
        InvocationReceipt receipt = send(() -> {
                    stagedInputs.whenKnown(OUTPUT, input -> {
                        throw new IllegalStateException("The consumer has stopped");
                    });
                    return accepted();
                })
                .join();

        assertThat(receipt.outputLocation()).isEqualTo(OUTPUT.uri());
        assertThat(s3.keys()).hasSize(1);
    }

    @Test
    void aCallThatThrowsAtOnceIsNoCallUnderWayAnyMore() {
        List<S3Location> told = new ArrayList<>();
        CompletableFuture<InvocationReceipt> failed = send(() -> {
            throw new IllegalStateException("Connection pool shut down");
        });
        assertThatThrownBy(failed::join).hasRootCauseMessage("Connection pool shut down");

        stagedInputs.whenKnown(OUTPUT, told::add);
        send(RequestSenderTest::accepted).join();

        assertThat(told).isEmpty();
    }
}
