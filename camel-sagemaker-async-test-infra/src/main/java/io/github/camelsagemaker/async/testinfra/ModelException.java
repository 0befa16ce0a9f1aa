package io.github.camelsagemaker.async.testinfra;

import java.nio.charset.StandardCharsets;

/** A failed inference, with the answer of the model server that becomes the failure object. */
public class ModelException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final byte[] body;
    private final String contentType;

    /** The model server answered 500 with this message as its body. */
    public ModelException(String message) {
        this(500, message, String.valueOf(message).getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    /**
     * @param status the model server's HTTP status
     * @param message what went wrong
     * @param body the model server's answer: what the failure object holds
     * @param contentType the failure object's content type
     */
    public ModelException(int status, String message, byte[] body, String contentType) {
        super(message);
        this.status = status;
        this.body = body.clone();
        this.contentType = contentType;
    }

    public int status() {
        return status;
    }

    public byte[] body() {
        return body.clone();
    }

    public String contentType() {
        return contentType;
    }
}
