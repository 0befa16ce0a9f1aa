package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * The servers in a JVM of their own, with a model that answers nobody before it is told to. Reads commands, a line each:
 * {@code hold}, {@code go}, {@code retain COUNT} (old outputs), {@code reset} and {@code calls}; prints {@code done} after each.
 */
public final class HeldAwsMain {

    private static volatile CountDownLatch gate = new CountDownLatch(1);

    private HeldAwsMain() {}

    public static void main(String[] args) throws IOException {
        try (LocalAws aws = LocalAws.start();
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            aws.createBucket("results");
            aws.endpoint("held")
                    .outputPath("s3://results/out/")
                    .failurePath("s3://results/failed/")
                    .concurrency(4)
                    .model(request -> {
                        gate.await();
                        return ModelResponse.text("result");
                    })
                    .create();
            aws.sdkSystemProperties().forEach((name, value) -> System.out.println(name + "=" + value));
            System.out.println("done");
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                carryOut(aws, line);
                System.out.println("done");
            }
        }
    }

    private static void carryOut(LocalAws aws, String line) {
        if (line.equals("hold")) {
            gate = new CountDownLatch(1);
        } else if (line.equals("go")) {
            gate.countDown();
        } else if (line.equals("reset")) {
            aws.ledger().reset();
        } else if (line.equals("calls")) {
            aws.ledger().calls().forEach((operation, count) -> System.out.println(operation + "=" + count));
        } else if (line.startsWith("retain ")) {
            int count = Integer.parseInt(line.substring("retain ".length()));
            aws.putObjects("results", "out/", count, "old".getBytes(StandardCharsets.UTF_8));
        } else {
            throw new IllegalArgumentException("Unknown command: " + line);
        }
    }
}
