package io.github.camelsagemaker.async.benchmarks.scenario;

/** The contestants' names, as the pages show them. */
public final class Names {

    public static final String SDK = "AWS SDK";
    public static final String CAREFUL = "loop by hand";
    public static final String COMPONENT = "component";
    public static final String ROUTE = "component in a route";
    public static final String UPLOAD_FIRST = "aws2-s3 and a bean";
    public static final String POLLING = "aws2-sqs";
    public static final String POLLING_S3 = "aws2-s3 consumer";
    public static final String WAITER = "polling waiter";

    private Names() {}
}
