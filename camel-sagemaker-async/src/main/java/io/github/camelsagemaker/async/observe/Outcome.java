package io.github.camelsagemaker.async.observe;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.invoke.InvalidInferenceRequestException;
import java.util.Locale;
import java.util.Set;

/** How a request ended, as operators tell ends apart. */
enum Outcome {
    ACCEPTED,
    /** Wrong as it came; nothing was sent. */
    INVALID,
    /** AWS refused it as it is. */
    REFUSED,
    THROTTLED,
    /** AWS failed, or did not answer. */
    UNAVAILABLE,
    /** No credentials, no Region, a closed client. */
    NOT_SENT,
    /** Anything else, such as a body that could not be read. */
    ERROR;

    /** Codes of refusals that concern who asks and not what is asked; other services use them with status 400, too. */
    private static final Set<String> ABOUT_CREDENTIALS = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "NotAuthorized",
            "OptInRequired",
            "RequestExpired",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    static Outcome of(Throwable failure) {
        Throwable cause = AwsErrors.unwrap(failure);
        if (cause instanceof InvalidInferenceRequestException) {
            return INVALID;
        } else if (cause instanceof ThrottledException) {
            return THROTTLED;
        } else if (cause instanceof ServiceUnavailableException) {
            return UNAVAILABLE;
        } else if (cause instanceof RequestRefusedException) {
            return REFUSED;
        } else if (cause instanceof CallNotSentException) {
            return NOT_SENT;
        }
        return ERROR;
    }

    /** Whether the next request will probably fail, too: an outage or a refusal of the credentials, not a bad input. */
    static boolean concernsAll(Throwable failure) {
        return switch (of(failure)) {
            case UNAVAILABLE, NOT_SENT -> true;
            case REFUSED -> isAboutCredentials((SageMakerAsyncException) AwsErrors.unwrap(failure));
            case ACCEPTED, INVALID, THROTTLED, ERROR -> false;
        };
    }

    private static boolean isAboutCredentials(SageMakerAsyncException refusal) {
        return refusal.getStatusCode() == 401
                || refusal.getStatusCode() == 403
                || refusal.getErrorCode() != null && ABOUT_CREDENTIALS.contains(refusal.getErrorCode());
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
