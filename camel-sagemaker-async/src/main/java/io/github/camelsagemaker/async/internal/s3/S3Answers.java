package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkResponse;

/**
 * Reads S3's answers. What says that something is gone or changed, and so may be forgotten, must be S3's own word, told by
 * its error code: proxies and gateways on the way answer 404 and 412 as well.
 */
public final class S3Answers {

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_IMPLEMENTED = 501;

    /** What S3 says before it looks at an object, of clocks, credentials and connections that go on; and the SDK's own word. */
    private static final Set<String> PASSING =
            Set.of("NoSuchKey", "ExpiredToken", "TokenRefreshRequired", "RequestTimeTooSkewed", "RequestTimeout");

    private S3Answers() {}

    /**
     * Whether S3 says that there is no such object. Only for operations whose answers have a body: the SDK gives this code to
     * every 404 of a HEAD request.
     */
    public static boolean isNoSuchKey(Throwable failure) {
        return hasCode(failure, "NoSuchKey");
    }

    /**
     * Whether the answer to a HEAD request says nothing by itself: it has no body, so a 404 may come from anything on the way, and a
     * 403 is what S3 answers to a caller that may not list, whether the object is there or not.
     */
    public static boolean isWordless(Throwable failure) {
        int status = AwsErrors.statusOf(failure);
        return status == NOT_FOUND || status == FORBIDDEN;
    }

    /** Whether S3 says that there is no such multipart upload: it was completed or aborted. */
    public static boolean isNoSuchUpload(Throwable failure) {
        return hasCode(failure, "NoSuchUpload");
    }

    /** Whether the object is not the version that the request named by its ETag. */
    public static boolean isOtherVersion(Throwable failure) {
        return hasCode(failure, "PreconditionFailed");
    }

    /**
     * Fails if an answer of success is not S3's: without what S3's always has, something on the way gave it, such as a proxy's page.
     *
     * @param name what it must have
     * @return the value
     */
    public static String require(String name, String value) {
        return AwsErrors.require("S3", name, value);
    }

    /** What an answer of success is that S3 has not given. */
    public static IOException foreign(String what) {
        return AwsErrors.foreign("S3", what);
    }

    /** As {@link #require}, of answers that have no content: S3's have no type of content either. */
    public static <T extends SdkResponse> T requireEmpty(T response) {
        boolean page = response.sdkHttpResponse() != null
                && response.sdkHttpResponse()
                        .firstMatchingHeader("Content-Type")
                        .filter(type -> type.startsWith("text/html"))
                        .isPresent();
        if (page) {
            throw new UncheckedIOException(foreign("is a page of HTML"));
        }
        return response;
    }

    /** Whether the object is there, but empty, so that no range of it can be read. */
    public static boolean isEmptyObject(Throwable failure) {
        return hasCode(failure, "InvalidRange");
    }

    /** Whether this store does not know what was asked for, such as a condition. */
    public static boolean isNotImplemented(Throwable failure) {
        return AwsErrors.statusOf(failure) == NOT_IMPLEMENTED || hasCode(failure, "NotImplemented");
    }

    /** Whether S3 says that the caller may not do that. */
    public static boolean isDenied(Throwable failure) {
        return hasCode(failure, "AccessDenied");
    }

    /** Whether S3 itself refused the call, and will go on doing so until somebody mends what it names. */
    public static boolean isLasting(SageMakerAsyncException call) {
        return call instanceof RequestRefusedException
                && call.getErrorCode() != null
                && !PASSING.contains(call.getErrorCode());
    }

    /** As {@link AwsErrors#translate}, with the remedy where S3's words do not tell it. */
    public static SageMakerAsyncException translate(String operation, String target, Throwable failure) {
        return AwsErrors.translate(operation, target + remedy(failure), failure);
    }

    private static String remedy(Throwable failure) {
        if (hasCode(failure, "InvalidObjectState")) {
            return ", which is archived and cannot be read before it is restored,";
        }
        Optional<String> region = details(failure)
                .map(AwsErrorDetails::sdkHttpResponse)
                .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"));
        return AwsErrors.statusOf(failure) / 100 == 3 && region.isPresent()
                ? ", whose bucket is in Region " + region.get() + " (option region),"
                : "";
    }

    private static boolean hasCode(Throwable failure, String code) {
        return details(failure)
                .map(AwsErrorDetails::errorCode)
                .filter(code::equals)
                .isPresent();
    }

    private static Optional<AwsErrorDetails> details(Throwable failure) {
        return Futures.unwrap(failure) instanceof AwsServiceException aws
                ? Optional.ofNullable(aws.awsErrorDetails())
                : Optional.empty();
    }
}
