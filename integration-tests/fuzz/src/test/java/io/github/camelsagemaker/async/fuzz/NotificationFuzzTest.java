package io.github.camelsagemaker.async.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.ForeignNotificationException;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.consume.PlacePolicy;
import io.github.camelsagemaker.async.internal.observe.Observability;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.NotificationParser;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/** What stands on a results queue, whoever sent it. */
@AddLifecycleHook(FromSeed.class)
@Domain(S3Domain.class)
@Domain(DomainContext.Global.class)
class NotificationFuzzTest {

    private static final int LONGEST_MESSAGE = 1_048_576;

    private static final MeterRegistry METERS = new SimpleMeterRegistry();
    private static final CamelContext METERED = new DefaultCamelContext();

    static {
        METERED.getRegistry().bind("meters", MeterRegistry.class, METERS);
    }

    private final PlacePolicy policy = new PlacePolicy(
            Messages.ENDPOINT,
            S3Prefix.parse("outputLocation", "s3://bucket/out/"),
            S3Prefix.parse("failureLocation", "s3://bucket/failed/"));

    @Property
    void oddStructureIsReadOrRefusedAndNeverLeadsOutside(@ForAll("oddStructures") String message) {
        readOrRefused(message);
    }

    @Property
    void oddTextIsReadOrRefusedAndNeverLeadsOutside(@ForAll("oddTexts") String message) {
        readOrRefused(message);
    }

    @Property
    void aStrangePlaceIsReadOrRefusedAndNeverLeadsOutside(@ForAll("strangePlaces") String place) {
        for (String message : List.of(
                Messages.completed(place),
                Messages.failed(place),
                Messages.s3Event("bucket", place),
                Messages.eventBridge("bucket", place),
                Messages.eventBridge(place, "out/x"))) {
            readOrRefused(message);
            readOrRefused(Messages.inEnvelope(message));
        }
    }

    @Property
    void theLargestMessageOfOnePatternTakesNoSeconds(@ForAll("patterns") String pattern) {
        String text = pattern.repeat((LONGEST_MESSAGE - 1000) / (2 * pattern.length()));
        long before = cpuTime();

        readOrRefused(Messages.completed("https://" + text));
        readOrRefused(Messages.s3Event("bucket", text));
        readOrRefused(text);

        assertThat(cpuTime() - before).isLessThan(Duration.ofSeconds(10).toNanos());
    }

    @Property
    void aPlaceInsideIsLetThroughAsItIs(@ForAll S3Location any, @ForAll Https form) {
        S3Location output = inside("out/", any);
        S3Location failure = inside("failed/", any);

        assertThat(events(Messages.completed(output.uri()))).containsExactly(output);
        assertThat(events(Messages.completed(form.url(output, "eu-west-1")))).containsExactly(output);
        assertThat(events(Messages.failed(form.url(failure, "eu-west-1")))).containsExactly(failure);
    }

    @Property
    void anEventNamesExactlyItsObject(@ForAll S3Location any) {
        S3Location place = inside("out/", any);
        String encoded = URLEncoder.encode(place.key(), StandardCharsets.UTF_8);

        for (String message : List.of(
                Messages.s3Event(place.bucket(), encoded),
                Messages.s3Event(place.bucket(), encoded.replace("%2F", "/")),
                Messages.s3Event(place.bucket(), encoded.replace("+", "%20")),
                Messages.eventBridge(place.bucket(), place.key()))) {
            assertThat(parse(Messages.inEnvelope(message)))
                    .singleElement()
                    .satisfies(created -> assertThat(created.object).isEqualTo(place));
        }
    }

    @Property
    void timesOfAnyCenturyAreMeasuredOrLeftOut(@ForAll("times") Instant received, @ForAll("times") Instant landed) {
        try (ResultObserver observer = new Observability(() -> METERED).results(Messages.ENDPOINT)) {
            observer.settled(InferenceStatus.COMPLETED, received, landed, observer.now());
        }

        assertThat(METERS.get("camel.sagemaker.async.results").counter().count())
                .isPositive();
    }

    private S3Location inside(String folder, S3Location any) {
        // As much of the key as fits behind the folder.
        String key = any.key();
        while (S3Keys.utf8Length(folder + key) > S3Keys.MAX_BYTES || S3Keys.utf8Length(key) < 0) {
            key = key.substring(0, key.length() - 1);
        }
        return new S3Location("bucket", folder + (S3Keys.hasNoDotSegment(key) ? key : "x"));
    }

    private List<S3Location> events(String message) {
        return parse(message).stream()
                .flatMap(notification -> policy.judge(notification).stream())
                .map(ResultEvent::object)
                .toList();
    }

    private List<ResultEvent.Builder> parse(String message) {
        return NotificationParser.parse(message, NotificationFuzzTest::assertOneShortLine);
    }

    private void readOrRefused(String message) {
        List<ResultEvent.Builder> read;
        try {
            read = parse(message);
        } catch (MalformedNotificationException e) {
            assertOneShortLine(e);
            return;
        }
        read.forEach(this::assertStaysInside);
    }

    private void assertStaysInside(ResultEvent.Builder notification) {
        ResultEvent[] event = new ResultEvent[1];
        Throwable refusal =
                catchThrowable(() -> event[0] = policy.judge(notification).orElse(null));
        if (refusal != null) {
            assertThat(refusal)
                    .isInstanceOfAny(MalformedNotificationException.class, ForeignNotificationException.class);
            assertOneShortLine(refusal);
        } else if (event[0] != null) {
            Stream.of(event[0].object(), event[0].outputLocation(), event[0].failureLocation())
                    .filter(Objects::nonNull)
                    .forEach(place -> assertThat(Places.isBelow(place, "bucket", "out/")
                                    || Places.isBelow(place, "bucket", "failed/"))
                            .as(place.uri())
                            .isTrue());
            assertThat(event[0].endpointName()).isEqualTo(Messages.ENDPOINT);
            assertThat(event[0].toString().chars().noneMatch(OneLine::forges)).isTrue();
        }
    }

    private static void assertOneShortLine(Throwable refusal) {
        assertThat(refusal.getMessage()).hasSizeBetween(1, 1000);
        assertThat(refusal.getMessage().chars().filter(OneLine::forges).toArray())
                .as(refusal.getMessage())
                .isEmpty();
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Provide
    Arbitrary<String> oddStructures() {
        return Messages.ofOddStructure();
    }

    @Provide
    Arbitrary<String> oddTexts() {
        return Messages.ofOddText();
    }

    @Provide
    Arbitrary<String> strangePlaces() {
        return Places.strange();
    }

    @Provide
    Arbitrary<Instant> times() {
        return Arbitraries.longs()
                .between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond())
                .map(Instant::ofEpochSecond);
    }

    /** Few: each of them is made into messages of a megabyte. */
    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.of(
                "x.s3.",
                ".s3-",
                "s3.a-",
                "a",
                "-a",
                "%2e",
                "%2e%2e/",
                "../",
                "/",
                "\\",
                "{\"a\":",
                "[",
                "é",
                "\uD83D\uDE00",
                "x.s3.amazonaws.com",
                "s3.dualstack.eu-west-1.",
                " ",
                "\n",
                "1");
    }
}
