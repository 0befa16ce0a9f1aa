package io.github.camelsagemaker.async.internal.aws;

import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException.AwsCall;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads AWS's answers, and turns what the SDK throws into the component's exceptions.
 *
 * <p>The SDK's {@code retryable()} says nothing for SageMaker, and bodies may be empty or HTML, so status, throttling mark
 * and a null-safe error code decide. What says that something in S3 is gone or changed, and so may be forgotten, must be S3's
 * own word, seen by its error code: proxies and gateways on the way answer 404 and 412 as well.
 */
public final class AwsErrors {

    /** The SDK's Netty client has no types for these. */
    private static final Pattern SAYS_NEVER_SENT = Pattern.compile("^(Acquire operation took longer than"
            + "|Maximum pending connection acquisitions exceeded"
            + "|Could not connect to proxy|Unable to send CONNECT request to proxy"
            + "|An exception occurred on the proxy tunnel channel|The proxy channel "
            + "|not an SSL/TLS record)");

    /** What S3 says before it looks at an object, of clocks, credentials and connections that go on; and the SDK's own word. */
    private static final Set<String> PASSING =
            Set.of("NoSuchKey", "ExpiredToken", "TokenRefreshRequired", "RequestTimeTooSkewed", "RequestTimeout");

    /** What to do about a read of an object that S3 refuses. */
    public static final String MAYBE_NOT_THERE = "S3 answers 403 for an object that is not there (yet), unless the"
            + " permission s3:ListBucket is given; for one that is there s3:GetObject is missing";

    /** What to do where the SDK's chain of providers ends without credentials. */
    private static final String NO_CREDENTIALS = "there are no credentials. Set the options accessKey and secretKey, or"
            + " useProfileCredentialsProvider=true, or give them where the SDK looks, as by AWS_PROFILE or a role. ";

    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    private static final int NOT_IMPLEMENTED = 501;

    private AwsErrors() {}

    /** The failed call to AWS that this is, or was caused by; null if it was none. */
    public static SageMakerAsyncException callOf(Throwable failure) {
        return (SageMakerAsyncException) Futures.causes(failure)
                .filter(SageMakerAsyncException.class::isInstance)
                .findFirst()
                .orElse(null);
    }

    /** The HTTP status AWS answered with, or 0 if the failure is not an answer of AWS. */
    public static int statusOf(Throwable failure) {
        return Futures.unwrap(failure) instanceof SdkServiceException service ? service.statusCode() : 0;
    }

    /**
     * @param operation the API operation, such as PutObject
     * @param target what it was about and which option or header names it, such as "bucket 'b' (option inputLocation)"
     */
    public static SageMakerAsyncException translate(String operation, String target, Throwable failure) {
        // The refusal of a last attempt is taken for that of all: attempts that are not watched were refused, mostly.
        boolean answered = Futures.unwrap(failure) instanceof SdkServiceException;
        return translate(operation, target, failure, !answered && mayHaveBeenSent(failure));
    }

    /** The call, which fails as {@link #translate(String, String, Throwable)} says. */
    public static <T> CompletableFuture<T> translated(String operation, String target, CompletableFuture<T> call) {
        return call.exceptionally(failure -> {
            throw translate(operation, target, failure);
        });
    }

    /** @param maybeCarriedOut whether any attempt of the call may have been carried out */
    public static SageMakerAsyncException translate(
            String operation, String target, Throwable failure, boolean maybeCarriedOut) {
        Throwable cause = Futures.unwrap(failure);
        if (cause instanceof SageMakerAsyncException translated) {
            return translated;
        }
        if (cause instanceof SdkServiceException service) {
            return answered(operation, target, service, maybeCarriedOut);
        }
        AwsCall call = new AwsCall(operation, 0, null, null);
        String what = operation + " of " + target;
        if (maybeCarriedOut) {
            String unsure = " got no readable answer, and may or may not have been carried out: ";
            return new ServiceUnavailableException(what + unsure + cause.getMessage(), call, cause);
        }
        String message = String.valueOf(cause.getMessage());
        String remedy = message.startsWith("Unable to load credentials") ? NO_CREDENTIALS : "";
        return new CallNotSentException(what + " was not sent: " + remedy + message, call, cause);
    }

    /**
     * Whether AWS may have carried the call out although it failed. The failure is that of the last attempt: when the answer to
     * an earlier one was lost, a refusal of the last says nothing.
     */
    public static boolean mayHaveBeenCarriedOut(Throwable failure) {
        return Futures.unwrap(failure) instanceof SageMakerAsyncException call
                && (call.isOutcomeUnknown() || isLastOfMany(call.getCause()));
    }

    private static boolean isLastOfMany(Throwable failure) {
        return failure instanceof SdkException sdk && sdk.numAttempts() != null && sdk.numAttempts() > 1;
    }

    /** Whether an attempt failed so that it was not carried out: it was refused, or never sent. */
    public static boolean isNotCarriedOut(Throwable failure) {
        return Futures.unwrap(failure) instanceof SdkServiceException answer ? isRefusal(answer) : isNeverSent(failure);
    }

    /**
     * Whether this is why an attempt never got as far as to send its request: no connection could be made or was free, no proxy let it
     * through, or the other side was not whom TLS expected.
     */
    public static boolean isNeverSent(Throwable failure) {
        return Futures.causes(failure)
                .anyMatch(t -> t instanceof ConnectException
                        || t instanceof NoRouteToHostException
                        || t instanceof UnknownHostException
                        || t instanceof UnresolvedAddressException
                        || t instanceof SSLHandshakeException
                        || t instanceof SSLPeerUnverifiedException
                        || SAYS_NEVER_SENT
                                .matcher(String.valueOf(t.getMessage()))
                                .find());
    }

    /** Whether AWS itself gave this error code: not the status of something on the way. */
    public static boolean hasCode(Throwable failure, String code) {
        return details(failure)
                .map(AwsErrorDetails::errorCode)
                .filter(code::equals)
                .isPresent();
    }

    /**
     * Whether S3 says that there is no such object. Only for operations whose answers have a body: the SDK gives this code to
     * every 404 of a HEAD request.
     */
    public static boolean isNoSuchKey(Throwable failure) {
        return hasCode(failure, "NoSuchKey");
    }

    /** Whether the object in S3 is not the version that the request named by its ETag. */
    public static boolean isOtherVersion(Throwable failure) {
        return hasCode(failure, "PreconditionFailed");
    }

    /**
     * Whether the answer to a HEAD request says nothing by itself: it has no body, so a 404 may come from anything on the way, and a
     * 403 is what S3 answers to a caller that may not list, whether the object is there or not.
     */
    public static boolean hasNoErrorBody(Throwable failure) {
        int status = statusOf(failure);
        return status == NOT_FOUND || status == FORBIDDEN;
    }

    /** Whether this store does not know what was asked for, such as a condition. */
    public static boolean isNotImplemented(Throwable failure) {
        return statusOf(failure) == NOT_IMPLEMENTED || hasCode(failure, "NotImplemented");
    }

    /** Whether S3 itself refused the call, and will go on doing so until what it names is corrected. */
    public static boolean isLasting(SageMakerAsyncException call) {
        return call instanceof RequestRefusedException
                && call.getErrorCode() != null
                && !PASSING.contains(call.getErrorCode());
    }

    /** Fails as a lost answer does if one of success lacks what AWS's always has: something on the way gave it, such as a proxy's page. */
    public static String require(String service, String name, String value) {
        return require(service, name, value, Function.identity());
    }

    /** @param parser throws an IllegalArgumentException for what is no such value */
    public static <T> T require(String service, String name, String value, Function<String, T> parser) {
        requireFromAws(value != null, service, "has no " + name);
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new UncheckedIOException(notFromAws(service, "has no valid " + name));
        }
    }

    /** As {@link #require}, of answers of S3 that have no content: they have no type of content either. */
    public static <T extends SdkResponse> T requireEmpty(T response) {
        String type = header(response.sdkHttpResponse(), "Content-Type").orElse("");
        requireFromAws(!type.startsWith("text/html"), "S3", "is a page of HTML");
        return response;
    }

    /** As {@link #require}, of an object that was not asked for in parts: its end is known, and it is no part. */
    public static void requireWhole(GetObjectResponse response) {
        boolean endless = response.contentLength() == null
                && response.sdkHttpResponse() != null
                && header(response.sdkHttpResponse(), "Transfer-Encoding").isEmpty();
        String what = "has an object of no length, or a part that was not asked for";
        requireFromAws(!endless && response.contentRange() == null, "S3", what);
    }

    private static void requireFromAws(boolean own, String service, String what) {
        if (!own) {
            throw new UncheckedIOException(notFromAws(service, what));
        }
    }

    private static Optional<String> header(SdkHttpResponse answer, String name) {
        return Optional.ofNullable(answer).flatMap(http -> http.firstMatchingHeader(name));
    }

    /** When AWS gave an answer, by its own clock. */
    public static Optional<Instant> timeOf(SdkResponse answer) {
        try {
            return header(answer.sdkHttpResponse(), "Date")
                    .map(date -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** What an answer of success is that AWS has not given. */
    public static IOException notFromAws(String service, String what) {
        return new IOException("The answer " + what + ", so something on the way to " + service + " gave it");
    }

    /** Whether this status of an answer says that the call was not carried out. */
    public static boolean isRefusal(int status) {
        return status >= 300 && status < 500;
    }

    /** As {@link #isRefusal(int)}: throttling says so with any status. */
    private static boolean isRefusal(SdkServiceException answer) {
        return isRefusal(answer.statusCode()) || answer.isThrottlingException();
    }

    /** A call for which no connection is free, and as many others wait for one as may. */
    public static CallNotSentException tooManyWaiting(String operation, int limit) {
        return new CallNotSentException(
                operation + " was not sent: " + limit
                        + " calls wait for a free connection already, which is the most that"
                        + " the option maxWaitingCalls allows. Send more slowly, or raise it",
                new AwsCall(operation, 0, null, null),
                null);
    }

    private static SageMakerAsyncException answered(
            String operation, String target, SdkServiceException cause, boolean maybeCarriedOut) {
        String code = details(cause).map(AwsErrorDetails::errorCode).orElse(null);
        AwsCall call = new AwsCall(operation, cause.statusCode(), code, cause.requestId());
        String what = operation + " of " + target + remedy(cause);
        String answer = code == null ? cause.getMessage() : code + ": " + cause.getMessage();
        if (maybeCarriedOut && isRefusal(cause)) {
            String unsure =
                    " was refused when it was sent again, but an attempt before got no answer, and may or may not"
                            + " have been carried out: ";
            return new ServiceUnavailableException(what + unsure + answer, call, cause);
        }
        if (cause.isThrottlingException()) {
            String remedy = " was throttled by AWS, also when it was sent again. Send more slowly or raise the quota. ";
            return new ThrottledException(what + remedy + answer, call, cause);
        }
        // Not only 5xx: S3 begins some answers with 200, and ends them with an error of its own.
        if (!isRefusal(cause.statusCode())) {
            return new ServiceUnavailableException(
                    what + " failed at AWS, and may or may not have been carried out: " + answer, call, cause);
        }
        return new RequestRefusedException(what + " was refused by AWS: " + answer, call, cause);
    }

    /** Where S3's words do not say it. */
    private static String remedy(SdkServiceException cause) {
        if (hasCode(cause, "InvalidObjectState")) {
            return ", which is archived and cannot be read before it is restored,";
        }
        Optional<String> region =
                details(cause).flatMap(details -> header(details.sdkHttpResponse(), "x-amz-bucket-region"));
        return cause.statusCode() / 100 == 3 && region.isPresent()
                ? ", whose bucket is in Region " + region.get() + " (option region),"
                : "";
    }

    private static Optional<AwsErrorDetails> details(Throwable failure) {
        return Futures.unwrap(failure) instanceof AwsServiceException aws
                ? Optional.ofNullable(aws.awsErrorDetails())
                : Optional.empty();
    }

    /** Whether a call that failed so may have been carried out, as far as the failure of its last attempt shows. */
    public static boolean mayHaveBeenSent(Throwable failure) {
        Throwable cause = Futures.unwrap(failure);
        boolean maybe = cause instanceof SdkServiceException
                || cause instanceof ApiCallTimeoutException
                || cause instanceof ApiCallAttemptTimeoutException
                || cause instanceof AbortedException
                || cause instanceof RetryableException
                // The SDK reads XML: an answer of S3 that broke off is no IOException, and is not asked for again.
                || Futures.causes(cause).anyMatch(t -> t instanceof IOException || t instanceof XMLStreamException);
        return isLastOfMany(cause) || maybe && !isNotCarriedOut(cause);
    }
}
