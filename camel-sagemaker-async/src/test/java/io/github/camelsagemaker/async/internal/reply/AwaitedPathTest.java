package io.github.camelsagemaker.async.internal.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.internal.request.Constraints;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AwaitedPathTest {

    private Instant now = Instant.parse("2026-03-01T10:07:59Z");
    private final AwaitedPath path = new AwaitedPath(new MovingClock());

    @Test
    void aPathIsTheFolderTheInstanceAndTheTimeBucketOfTenMinutes() {
        assertThat(path.next(null, null)).isEqualTo("camel-await/" + path.instance() + "/202603011000-0000");
    }

    @Test
    void theUsersOwnExtensionComesLast() {
        assertThat(path.next("mine/deep", null))
                .isEqualTo("camel-await/" + path.instance() + "/202603011000-0000/mine/deep");
        assertThat(path.next("/mine", null)).isEqualTo("camel-await/" + path.instance() + "/202603011000-0000/mine");
    }

    @Test
    void requestsForTheSameFileNameGetDifferentPlaces() {
        assertThat(path.next(null, "a.json")).isNotEqualTo(path.next(null, "a.json"));
    }

    @Test
    void everyPathIsAValidExtension() {
        String longest = path.next("x".repeat(AwaitedPath.MAX_USER_EXTENSION), "a.json");
        assertThat(longest).hasSizeLessThanOrEqualTo(512);
        assertThat(Constraints.OUTPUT_PATH_EXTENSION.check("path", longest)).isEqualTo(longest);
    }

    @Test
    void anExtensionThatLeavesNoRoomIsRefusedWithTheLimit() {
        String tooLong = "x".repeat(AwaitedPath.MAX_USER_EXTENSION + 1);
        assertThatThrownBy(() -> path.next(tooLong, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(tooLong.length()))
                .hasMessageContaining(String.valueOf(AwaitedPath.MAX_USER_EXTENSION))
                .hasMessageContaining("awaitResult");
    }

    @Test
    void aTimeBucketHoldsAThousandRequestsAndBucketsSortByAge() {
        Set<String> buckets = new TreeSet<>();
        String last = "";
        for (int i = 0; i < 40_000; i++) {
            String next = path.next(null, null);
            assertThat(next.compareTo(last)).isNotNegative();
            last = next;
            buckets.add(next);
        }
        assertThat(buckets).hasSize(40);
        now = now.plus(Duration.ofMinutes(10));
        assertThat(path.next(null, null)).isGreaterThan(last).endsWith("202603011010-0000");
    }

    @Test
    void aClockThatGoesBackKeepsTheOrder() {
        String before = path.next(null, null);
        now = now.minus(Duration.ofHours(1));
        assertThat(path.next(null, null)).isEqualTo(before);
    }

    @Test
    void eachProducerHasItsOwnPath() {
        Set<String> roots = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            roots.add(new AwaitedPath(Clock.systemUTC()).next(null, null).replaceAll("[^/]+$", ""));
        }
        assertThat(roots).hasSize(1000).allMatch(root -> root.matches("camel-await/[0-9a-z]{12}/"));
    }

    private final class MovingClock extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
