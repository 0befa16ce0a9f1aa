package io.github.camelsagemaker.async.await;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.result.BodyMode;
import io.github.camelsagemaker.async.result.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwaitServiceTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final FakeS3 s3 = new FakeS3(workers);
    private final AwaitService service = new AwaitService(() -> camel);

    @AfterEach
    void stop() {
        camel.stop();
        workers.shutdownNow();
    }

    @Test
    void whatIsToBeDeletedYetIsDeletedWhenTheComponentStopsBeforeItsProducer() {
        AwaitSettings settings =
                new AwaitSettings(BodyMode.BYTES, new PollPace(Duration.ofSeconds(1), Duration.ofSeconds(1)), false, 1);
        AwaitService.Waiting waiting = service.open(settings, new AwaitedPath(Clock.systemUTC()), s3, workers);
        s3.land("k", "x");
        waiting.delivered().delete(new S3Location("bucket", "k"));

        service.close();

        assertThat(s3.objects).isEmpty();
    }
}
