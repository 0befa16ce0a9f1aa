package io.github.camelsagemaker.async.testinfra;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Runs the servers in a JVM of their own, until standard input ends: so they never outlive the program that started them.
 *
 * <p>Arguments: {@code --on-disk}, {@code --bucket=NAME} and {@code --endpoint=NAME,OUTPUT_PATH[,FAILURE_PATH]}, each as
 * often as wanted; an endpoint answers every payload with its length, and fails on the payload {@code fail}. Prints the servers'
 * addresses as {@code name=value} lines and {@code ready}.
 *
 * <p>With {@code --listen=ADDRESS:PORT} they listen there, as {@link LocalAws.Builder#listenOn} says, and run until the JVM is
 * ended: so in a container, which has no input.
 */
public final class LocalAwsMain {

    private static final String ON_DISK = "--on-disk";
    private static final String BUCKET = "--bucket=";
    private static final String ENDPOINT = "--endpoint=";
    private static final String LISTEN = "--listen=";
    private static final String FAIL = "fail";

    private LocalAwsMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        boolean listens = false;
        LocalAws.Builder builder = LocalAws.builder();
        for (String arg : args) {
            if (arg.equals(ON_DISK)) {
                builder.s3OnDisk();
            } else if (arg.startsWith(LISTEN)) {
                listens = true;
                int colon = arg.lastIndexOf(':');
                builder.listenOn(arg.substring(LISTEN.length(), colon), Integer.parseInt(arg.substring(colon + 1)));
            } else if (!arg.startsWith(BUCKET) && !arg.startsWith(ENDPOINT)) {
                throw new IllegalArgumentException(
                        "Unknown argument: " + arg + ". The arguments are --on-disk, --bucket=NAME,"
                                + " --endpoint=NAME,OUTPUT_PATH[,FAILURE_PATH] and --listen=ADDRESS:PORT");
            }
        }
        try (LocalAws aws = builder.start()) {
            for (String arg : args) {
                configure(aws, arg);
            }
            aws.sdkSystemProperties().forEach((name, value) -> System.out.println(name + "=" + value));
            System.out.println("ready");
            if (listens) {
                Thread.currentThread().join();
            }
            while (System.in.read() >= 0) {
                // Whatever is written to us is ignored; the end of the stream is the signal.
            }
        }
    }

    private static void configure(LocalAws aws, String arg) {
        if (arg.startsWith(BUCKET)) {
            aws.createBucket(arg.substring(BUCKET.length()));
        } else if (arg.startsWith(ENDPOINT)) {
            String[] parts = arg.substring(ENDPOINT.length()).split(",");
            aws.endpoint(parts[0])
                    .outputPath(parts[1])
                    .failurePath(parts.length > 2 ? parts[2] : null)
                    .model(LocalAwsMain::answer)
                    .create();
        }
    }

    private static ModelResponse answer(ModelRequest request) throws IOException, ModelException {
        long length = count(request);
        if (length <= FAIL.length() + 1 && request.text().strip().equals(FAIL)) {
            throw new ModelException("The payload asked for a failure");
        }
        return ModelResponse.text(Long.toString(length));
    }

    private static long count(ModelRequest request) throws IOException {
        try (var in = request.openStream()) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
