package io.github.camelsagemaker.async.testinfra.sns;

/** A request that SNS refuses. */
final class SnsException extends RuntimeException {

    private final int status;
    private final String code;

    private SnsException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static SnsException invalid(String message) {
        return new SnsException(400, "InvalidParameter", message);
    }

    static SnsException notFound(String message) {
        return new SnsException(404, "NotFound", message);
    }

    static SnsException unknownAction(String action) {
        return new SnsException(400, "InvalidAction", "The action " + action + " is not valid for this endpoint.");
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
