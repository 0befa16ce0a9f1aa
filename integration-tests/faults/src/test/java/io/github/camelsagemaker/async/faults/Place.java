package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalEndpoint;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.testinfra.notification.NotificationFaults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Where a trial takes place: an endpoint, a bucket and a queue of its own. */
record Place(Plan plan) {

    /** Younger results are not looked for by a listing. */
    private static final Duration MIN_AGE = Duration.ofSeconds(3);

    /** The name of all of them. */
    String name() {
        return "faults-" + plan.seeded().seed();
    }

    Way way() {
        return plan.way();
    }

    void create(LocalAws aws) {
        String name = name();
        Way way = way();
        Seeded seeded = plan.seeded();
        aws.createBucket(name);
        LocalEndpoint.Builder endpoint = aws.endpoint(name)
                .outputPath("s3://" + name + "/out/")
                .failurePath("s3://" + name + "/failed/")
                .model(Place::infer);
        if (way.byQueue()) {
            String topic = aws.snsClient()
                    .createTopic(request -> request.name(name))
                    .join()
                    .topicArn();
            String queue = aws.sqsClient()
                    .createQueue(request -> request.queueName(name))
                    .join()
                    .queueUrl();
            aws.snsClient()
                    .subscribe(request -> request.topicArn(topic)
                            .protocol("sqs")
                            .endpoint("arn:aws:sqs:" + aws.region() + ":000000000000:"
                                    + queue.substring(queue.lastIndexOf('/') + 1))
                            .attributes(Map.of("RawMessageDelivery", "true")))
                    .join();
            endpoint.successTopic(topic).errorTopic(topic);
            if (way == Way.QUEUE_WITH_RESPONSE) {
                endpoint.responseInNotification();
            }
        }
        endpoint.create();
        aws.notificationFaults(new NotificationFaults(
                seeded.seed(),
                seeded.unit("lost", 0) * 0.2,
                seeded.unit("doubled", 0) * 0.3,
                0.3,
                Duration.ofMillis(300)));
    }

    static ModelResponse infer(ModelRequest request) throws IOException, ModelException {
        String start;
        try (InputStream in = request.openStream()) {
            start = new String(in.readNBytes(40), StandardCharsets.US_ASCII);
        }
        String inferenceId = start.substring(0, start.indexOf(' '));
        if (start.contains(" broken ")) {
            throw new ModelException(inferenceId + " is broken");
        }
        return ModelResponse.text(inferenceId + " has " + request.length() + " bytes");
    }

    String producer() {
        String uri = common() + "&inputLocation=s3://" + name() + "/in/&maxInFlight=8";
        if (way() == Way.AWAIT) {
            return uri + "&awaitResult=true&resultTimeout=60000&resultPollDelay=50&resultPollMaxDelay=500"
                    + "&deleteInputAfterAwait=true";
        }
        return uri + (way().tracked() ? "&pendingStore=#pending&pendingDeadline=8000" : "");
    }

    /** As the node of this number has it. */
    String consumer(int node) {
        String name = name();
        String uri = common() + "&outputLocation=s3://" + name + "/out/&failureLocation=s3://" + name + "/failed/"
                + "&inputLocation=s3://" + name + "/in/&deleteAfterRead=true&deleteInputAfterRead=true&maxInFlight=8";
        if (plan.streamed()) {
            uri += "&streamBody=true";
        }
        if (plan.hasRepositories()) {
            uri += "&idempotentRepository=#handled&inProgressRepository=#inProgress";
        }
        if (way().tracked()) {
            uri += "&pendingStore=#pending&pendingSweepInterval=500&pendingLease=3000";
        }
        // To a node whose clock is ahead everything is older.
        Duration minAge = node == plan.nodes() - 1 ? MIN_AGE.minus(plan.ahead()) : MIN_AGE;
        return way().byQueue()
                ? uri + "&notificationQueue=" + name + "&sqsAsyncClient=#sqs&waitTimeSeconds=1&visibilityTimeout=2"
                        + "&reconcileInterval=1000&reconcileMinAge=" + minAge.toMillis()
                : uri + "&delay=150&initialDelay=0";
    }

    private String common() {
        return "sagemaker-async:" + name() + "?sageMakerRuntimeAsyncClient=#sageMaker&s3AsyncClient=#s3";
    }
}
