package io.github.camelsagemaker.async.internal.sqs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/** SQS that answers as a test wants, when it wants: for what no server can be made to do at the right moment. */
public final class ScriptedSqs implements SqsAsyncClient {

    public final List<DeleteMessageBatchRequest> deletes = new CopyOnWriteArrayList<>();
    public final List<ChangeMessageVisibilityBatchRequest> changes = new CopyOnWriteArrayList<>();
    public final List<ReceiveMessageRequest> receives = new CopyOnWriteArrayList<>();

    public Function<DeleteMessageBatchRequest, CompletableFuture<DeleteMessageBatchResponse>> onDelete =
            request -> CompletableFuture.completedFuture(allDeleted(request));
    public Function<ChangeMessageVisibilityBatchRequest, CompletableFuture<ChangeMessageVisibilityBatchResponse>>
            onChange = request -> CompletableFuture.completedFuture(
            ChangeMessageVisibilityBatchResponse.builder().build());
    public Function<ReceiveMessageRequest, CompletableFuture<ReceiveMessageResponse>> onReceive =
            request -> new CompletableFuture<>();

    static DeleteMessageBatchResponse allDeleted(DeleteMessageBatchRequest request) {
        return deletedExcept(request);
    }

    /** All deleted, but for the entries at these positions. */
    static DeleteMessageBatchResponse deletedExcept(DeleteMessageBatchRequest request, Integer... positions) {
        List<Integer> failing = List.of(positions);
        List<DeleteMessageBatchResultEntry> successful = new ArrayList<>();
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        for (int i = 0; i < request.entries().size(); i++) {
            String id = request.entries().get(i).id();
            if (failing.contains(i)) {
                failed.add(BatchResultErrorEntry.builder()
                        .id(id)
                        .code("InternalError")
                        .senderFault(false)
                        .build());
            } else {
                successful.add(DeleteMessageBatchResultEntry.builder().id(id).build());
            }
        }
        return DeleteMessageBatchResponse.builder()
                .successful(successful)
                .failed(failed)
                .build();
    }

    /** The receipt handles of all deletes, in their order. */
    Stream<String> deletedHandles() {
        return deletes.stream().flatMap(request -> request.entries().stream()).map(entry -> entry.receiptHandle());
    }

    @Override
    public CompletableFuture<DeleteMessageBatchResponse> deleteMessageBatch(DeleteMessageBatchRequest request) {
        deletes.add(request);
        return onDelete.apply(request);
    }

    @Override
    public CompletableFuture<ChangeMessageVisibilityBatchResponse> changeMessageVisibilityBatch(
            ChangeMessageVisibilityBatchRequest request) {
        changes.add(request);
        return onChange.apply(request);
    }

    @Override
    public CompletableFuture<ReceiveMessageResponse> receiveMessage(ReceiveMessageRequest request) {
        receives.add(request);
        return onReceive.apply(request);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
