package io.github.camelsagemaker.async.testinfra;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a {@link LocalAws} for all tests of a class, nested ones among them.
 *
 * <pre>{@code
 * @RegisterExtension
 * static LocalAwsExtension AWS = new LocalAwsExtension();
 * }</pre>
 */
public final class LocalAwsExtension implements BeforeAllCallback, AfterAllCallback {

    private final LocalAws.Builder builder;
    private LocalAws aws;
    private int classes;

    public LocalAwsExtension() {
        this(LocalAws.builder());
    }

    /** With servers as described. */
    public LocalAwsExtension(LocalAws.Builder builder) {
        this.builder = builder;
    }

    /** The running servers. */
    public LocalAws aws() {
        if (aws == null) {
            throw new IllegalStateException("The servers run between beforeAll and afterAll only");
        }
        return aws;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // Nested classes are classes inside this one: the outermost starts and stops.
        if (classes++ == 0) {
            aws = builder.start();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--classes == 0) {
            aws.close();
            aws = null;
        }
    }
}
