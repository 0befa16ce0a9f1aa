package io.github.camelsagemaker.async.testinfra;

import io.github.camelsagemaker.async.testinfra.sagemaker.EndpointSettings;
import java.util.function.Consumer;

/**
 * An endpoint of the local SageMaker.
 *
 * @param name its name
 * @param outputPath where outputs are written; null if it is not asynchronous
 * @param failurePath where failures are written, or null
 */
public record LocalEndpoint(String name, String outputPath, String failurePath) {

    /** Describes an endpoint. Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final Consumer<EndpointSettings> creation;
        private String outputPath;
        private String failurePath;
        private int concurrency = 4;
        private Model model = Model.echo();
        private boolean httpsLocations;
        private boolean expiryWritesFailure;
        private String successTopic;
        private String errorTopic;
        private boolean responseInNotification;
        private String status = "InService";
        private boolean realTime;

        Builder(String name, Consumer<EndpointSettings> creation) {
            this.name = name;
            this.creation = creation;
        }

        /** Where outputs are written, {@code s3://bucket/prefix/}. Mandatory, unless {@link #realTime}. */
        public Builder outputPath(String value) {
            this.outputPath = value;
            return this;
        }

        /** Where failures are written. Without it a failure leaves no object. */
        public Builder failurePath(String value) {
            this.failurePath = value;
            return this;
        }

        /** How many requests the model takes at once; 4 by default. */
        public Builder concurrency(int value) {
            this.concurrency = value;
            return this;
        }

        /** The model; answers with the payload by default. */
        public Builder model(Model value) {
            this.model = value;
            return this;
        }

        /** Answer locations as {@code https://bucket.s3.region.amazonaws.com/key}. */
        public Builder httpsLocations() {
            this.httpsLocations = true;
            return this;
        }

        /** Write a failure object for a request that expired in the queue. AWS does not document what happens. */
        public Builder expiryWritesFailure() {
            this.expiryWritesFailure = true;
            return this;
        }

        /** ARN of the topic told of successes. */
        public Builder successTopic(String arn) {
            this.successTopic = arn;
            return this;
        }

        /** ARN of the topic told of failures. */
        public Builder errorTopic(String arn) {
            this.errorTopic = arn;
            return this;
        }

        /** Put responses of at most 128,000 bytes into the notifications. */
        public Builder responseInNotification() {
            this.responseInNotification = true;
            return this;
        }

        /** What DescribeEndpoint answers as EndpointStatus, such as Failed or Updating; InService by default. */
        public Builder status(String value) {
            this.status = value;
            return this;
        }

        /** An endpoint that is not asynchronous: its configuration has no AsyncInferenceConfig, and it needs no outputPath. */
        public Builder realTime() {
            this.realTime = true;
            return this;
        }

        /** Creates the endpoint; one of the same name is replaced. */
        public LocalEndpoint create() {
            if (realTime && outputPath != null) {
                throw new IllegalArgumentException("Endpoint '" + name
                        + "' is realTime, so it writes nowhere, but has the outputPath '" + outputPath
                        + "': leave out one of the two");
            }
            if (!realTime && outputPath == null) {
                throw new IllegalArgumentException(
                        "Endpoint '" + name + "' needs an outputPath such as s3://bucket/out/, unless it is realTime");
            }
            if (concurrency < 1) {
                throw new IllegalArgumentException(
                        "The concurrency of endpoint '" + name + "' is " + concurrency + ", but must be at least 1");
            }
            creation.accept(new EndpointSettings(
                    name,
                    outputPath,
                    failurePath,
                    concurrency,
                    model,
                    httpsLocations,
                    expiryWritesFailure,
                    successTopic,
                    errorTopic,
                    responseInNotification,
                    status));
            return new LocalEndpoint(name, outputPath, failurePath);
        }
    }
}
