package io.github.camelsagemaker.async.invoke;

import org.apache.camel.Exchange;

/**
 * Notes on the exchange which body was read and cannot be read again, so that a redelivery is told so instead of sending
 * what is left of it: nothing.
 */
final class SingleUse {

    private static final String PROPERTY = "CamelAwsSageMakerAsyncUsedBody";

    private final Exchange exchange;
    private final Object body;

    private SingleUse(Exchange exchange, Object body) {
        this.exchange = exchange;
        this.body = body;
    }

    /**
     * @throws InvalidInferenceRequestException if this very body was read before
     */
    static SingleUse of(Exchange exchange, Object body) {
        if (exchange.getProperty(PROPERTY) instanceof Used used && used.body() == body) {
            throw new InvalidInferenceRequestException("The message body, a "
                    + body.getClass().getName()
                    + ", was read before and cannot be read again. For redelivery turn on stream caching, or convert the"
                    + " body to byte[], String or a file first");
        }
        return new SingleUse(exchange, body);
    }

    /** From now on bytes may have been read. */
    void begin() {
        exchange.setProperty(PROPERTY, new Used(body));
    }

    /** Keeps the body from being compared or printed by its own methods. */
    private record Used(Object body) {

        @Override
        public String toString() {
            return body.getClass().getName();
        }
    }
}
