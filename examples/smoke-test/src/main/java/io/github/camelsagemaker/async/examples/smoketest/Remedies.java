package io.github.camelsagemaker.async.examples.smoketest;

import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.examples.smoketest.SmokeTest.Stopped;
import java.util.Locale;
import org.apache.camel.ExchangeTimedOutException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What to do about a failure. */
final class Remedies {

    private static final String POLICIES = "docs/guides/iam.md has the policies";

    private Remedies() {}

    static Stopped of(String what, Throwable failure) {
        String problem = what + " failed: " + failure.getMessage();
        if (failure instanceof InferenceFailedException failed) {
            return new Stopped(
                    problem + ", which says: " + failed.getFailureBody(),
                    "The request arrived, and the model refused it or failed: the way there and back works. Send what the"
                            + " model understands, by smoke.body or smoke.file and smoke.contentType",
                    "The model's own log is in CloudWatch, /aws/sagemaker/Endpoints/");
        }
        if (failure instanceof ExchangeTimedOutException) {
            return new Stopped(
                    problem,
                    "The request was accepted. Look at the endpoint's metrics HasBacklogWithoutCapacity (no instance, and"
                            + " no scaling from zero?) and ApproximateBacklogSize, and at the model's log",
                    "Wait longer with smoke.timeoutSeconds",
                    "If there is no S3FailurePath, it may have failed without leaving anything");
        }
        if (failure instanceof SageMakerAsyncException call) {
            return ofCode(problem, call.getErrorCode(), failure);
        }
        String code = failure instanceof AwsServiceException answer && answer.awsErrorDetails() != null
                ? answer.awsErrorDetails().errorCode()
                : null;
        return ofCode(problem, code, failure);
    }

    private static Stopped ofCode(String problem, String code, Throwable failure) {
        String known = String.valueOf(code).toLowerCase(Locale.ROOT);
        if (known.contains("accessdenied")) {
            return new Stopped(problem, "Give the permission that the message names to these credentials: " + POLICIES);
        }
        if (known.matches(
                ".*(token|signature|clienttoken|unrecognizedclient|authfailure|expired|invalidaccesskey).*")) {
            return new Stopped(
                    problem,
                    "The credentials are expired, or wrong: log in again, and see that all their parts are of one session",
                    "The clock of this machine must be right to a few minutes");
        }
        if (problem.contains("ould not find endpoint") || problem.contains("not found")) {
            return new Stopped(
                    problem,
                    "Names of endpoints are those of one Region and account: `aws sagemaker list-endpoints` shows what is"
                            + " there. Name another by smoke.endpoint, or change AWS_REGION or the credentials");
        }
        if (failure instanceof ThrottledException) {
            return new Stopped(problem, "Others send much at the moment, or a quota is low: try again later");
        }
        if (failure instanceof CallNotSentException || failure instanceof SdkClientException) {
            return new Stopped(
                    problem,
                    "Nothing answered: look at the network on the way, at a proxy, and at AWS_ENDPOINT_URL variables");
        }
        return new Stopped(problem, "The message says what it is about. docs/component.md tells of limits and options");
    }
}
