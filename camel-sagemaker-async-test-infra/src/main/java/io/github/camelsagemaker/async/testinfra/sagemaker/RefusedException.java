package io.github.camelsagemaker.async.testinfra.sagemaker;

/** A request that SageMaker refuses. */
final class RefusedException extends RuntimeException {

    private final int status;
    private final String code;

    private RefusedException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static RefusedException invalid(String message) {
        return new RefusedException(400, "ValidationError", message);
    }

    /** As the control plane refuses, whose codes are others. */
    static RefusedException control(String code, String message) {
        return new RefusedException(400, code, message);
    }

    static RefusedException denied(String message) {
        return new RefusedException(403, "UnrecognizedClientException", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
