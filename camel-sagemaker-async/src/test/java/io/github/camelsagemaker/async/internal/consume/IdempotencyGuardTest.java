package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.internal.consume.IdempotencyGuard.Claim;
import io.github.camelsagemaker.async.internal.consume.IdempotencyGuard.Found;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.observe.ResultObserver.Ending;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IdempotencyGuardTest {

    private static final String KEY = "s3://bucket/out/a.out";

    private final Map<String, Object> handledKeys = new ConcurrentHashMap<>();
    private final Map<String, Object> inProgressKeys = new ConcurrentHashMap<>();
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private final ResultClaims claims = new ResultClaims(Runnable::run);
    private final List<String> notGivenBack = new CopyOnWriteArrayList<>();
    private final ResultObserver observer = ResultObserver.none();
    private IdempotentRepository inProgress = new MemoryIdempotentRepository(inProgressKeys);
    private IdempotencyGuard results = results(new MemoryIdempotentRepository(handledKeys), false);
    private final IdempotencyGuard eager = results(new MemoryIdempotentRepository(handledKeys), true);

    @AfterEach
    void giveUp() {
        claims.close();
    }

    @Nested
    class Claims {

        @Test
        void aNewResultIsTakenOnce() {
            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.NEW);
            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.IN_PROGRESS);
        }

        @Test
        void whatIsInProgressIsSoForEveryConsumerOfTheNode() {
            take(results.new Claim(exchange));

            IdempotencyGuard others = new IdempotencyGuard(
                    new MemoryIdempotentRepository(new ConcurrentHashMap<>()), claims, claimant(null), false, Set.of());

            assertThat(take(others.new Claim(exchange))).isEqualTo(Found.IN_PROGRESS);
        }

        @Test
        void aReleasedResultCanBeTakenAgain() {
            Claim claim = results.new Claim(exchange);
            take(claim);
            claim.release();

            assertThat(inProgressKeys).isEmpty();
            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.NEW);
        }

        @Test
        void aKeyThatTheRepositoryDoesNotTakeDoesNotKeepTheOthersFromIt() {
            IdempotencyGuard failing = results(
                    new MemoryIdempotentRepository(handledKeys) {
                        @Override
                        public boolean add(String key) {
                            if (key.equals("first")) {
                                throw new IllegalStateException("away");
                            }
                            return super.add(key);
                        }
                    },
                    false);

            assertThatIllegalStateException()
                    .isThrownBy(() -> failing.new Claim(exchange).remember(List.of("first", KEY)));

            assertThat(handledKeys).containsOnlyKeys(KEY);
        }

        @Test
        void aRememberedResultIsADuplicate() {
            Claim claim = results.new Claim(exchange);
            take(claim);
            claim.remember(List.of(KEY));
            claim.release();

            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.DUPLICATE);
        }

        @Test
        void aSecondKeyOfTheSameResultIsClaimedBesides() {
            Claim claim = results.new Claim(exchange);
            take(claim);

            assertThat(claim.take("version", List.of(), List.of())).isEqualTo(Found.NEW);

            assertThat(inProgressKeys).containsOnlyKeys(KEY, "version");
            assertThat(results.new Claim(exchange).take("version", List.of(), List.of()))
                    .isEqualTo(Found.IN_PROGRESS);
        }

        @Test
        void nothingIsRememberedBeforeTheExchangeSucceeded() {
            take(results.new Claim(exchange));

            assertThat(handledKeys).isEmpty();
        }

        @Test
        void aForgottenResultIsNoDuplicate() {
            Claim claim = results.new Claim(exchange);
            take(claim);
            claim.remember(List.of(KEY));
            claim.forget();
            claim.release();

            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.NEW);
        }
    }

    @Nested
    class Eager {

        @Test
        void eagerRemembersBeforeTheExchangeStarts() {
            take(eager.new Claim(exchange));

            assertThat(handledKeys).containsOnlyKeys(KEY);
        }

        @Test
        void eagerForgetsAFailedExchange() {
            Claim claim = eager.new Claim(exchange);
            take(claim);
            claim.take("version", List.of(), List.of(KEY, "version"));
            claim.forget();

            assertThat(handledKeys).isEmpty();
        }

        @Test
        void eagerTakesAKeyBackWhoseAddTookEffectAndFailedAllTheSame() {
            IdempotencyGuard fragile = results(
                    new MemoryIdempotentRepository(handledKeys) {
                        @Override
                        public boolean add(String key) {
                            super.add(key);
                            throw new IllegalStateException("the answer was lost");
                        }
                    },
                    true);
            Claim claim = fragile.new Claim(exchange);
            assertThatIllegalStateException().isThrownBy(() -> take(claim));
            claim.forget();
            claim.release();

            assertThat(handledKeys).isEmpty();
            assertThat(take(eager.new Claim(exchange))).isEqualTo(Found.NEW);
        }

        @Test
        void eagerTriesToForgetAFailedAttemptAgainBeforeTheNextOne() {
            AtomicBoolean away = new AtomicBoolean(true);
            IdempotencyGuard fragile = results(
                    new MemoryIdempotentRepository(handledKeys) {
                        @Override
                        public boolean remove(String key) {
                            if (away.get()) {
                                throw new IllegalStateException("away");
                            }
                            return super.remove(key);
                        }
                    },
                    true);
            Claim failed = fragile.new Claim(exchange);
            take(failed);
            assertThatIllegalStateException().isThrownBy(failed::forget);
            failed.release();

            Claim tooEarly = fragile.new Claim(exchange);
            assertThatIllegalStateException().isThrownBy(() -> take(tooEarly));
            tooEarly.release();
            away.set(false);

            assertThat(take(fragile.new Claim(exchange))).isEqualTo(Found.NEW);
        }

        @Test
        void eagerDoesNotForgetWhatAnotherRemembered() {
            handledKeys.put(KEY, "");
            Claim claim = eager.new Claim(exchange);

            assertThat(take(claim)).isEqualTo(Found.DUPLICATE);
            claim.forget();

            assertThat(handledKeys).containsOnlyKeys(KEY);
        }
    }

    @Nested
    class FailuresOfRepositories {

        @Test
        void aRepositoryThatThrowsAtAClaimLeavesNothingInProgress() {
            Claim claim = results(new Failing(false), false).new Claim(exchange);

            assertThatThrownBy(() -> take(claim)).hasMessage("no connection");
            claim.release();

            assertThat(inProgressKeys).isEmpty();
            assertThat(results.isInProgress(KEY, KEY)).isFalse();
        }

        @Test
        void anInProgressRepositoryThatThrowsLeavesNothingInProgress() {
            inProgress = new Failing(false);
            IdempotencyGuard broken = results(new MemoryIdempotentRepository(handledKeys), false);

            assertThatThrownBy(() -> take(broken.new Claim(exchange))).hasMessage("no connection");

            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.NEW);
        }

        @Test
        void aClaimThatCouldNotBeGivenBackIsTakenUpAgainByThisNode() {
            refusesToRemove(2);
            Claim claim = results.new Claim(exchange);
            take(claim);
            claim.release();
            assertThat(notGivenBack).containsExactly(KEY);
            assertThat(inProgressKeys).containsOnlyKeys(KEY);

            assertThat(results.isInProgress(KEY, KEY)).isFalse();
            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.NEW);
        }

        @Test
        void aClaimThatCouldNotBeGivenBackIsGivenBackLater() {
            refusesToRemove(1);
            Claim claim = results.new Claim(exchange);
            take(claim);
            claim.release();
            assertThat(observer.failing()).contains("inProgressRepository");

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(inProgressKeys).isEmpty();
                assertThat(observer.failing()).isEmpty();
            });
        }

        @Test
        void aClaimThatAnotherNodeTookWhileItsRemovalGotNoAnswerIsTheOtherNodesForAMinute() {
            AtomicLong time = new AtomicLong();
            claims.nanoTime = time::get;
            removesAndThrows(key -> {
                inProgressKeys.put(key, key);
                time.set(Duration.ofSeconds(1).toNanos());
            });
            Claim claim = results.new Claim(exchange);
            take(claim);
            claim.release();

            time.set(Duration.ofSeconds(59).toNanos());
            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.IN_PROGRESS);
            assertThat(results.isInProgress(KEY, KEY)).isTrue();
            time.set(Duration.ofSeconds(60).toNanos());
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(inProgressKeys).isEmpty();
                assertThat(observer.failing()).isEmpty();
            });
        }

        @Test
        void aClaimWhoseRemovalTookEffectAndFailedAllTheSameIsFree() {
            removesAndThrows(key -> {});
            Claim claim = results.new Claim(exchange);
            take(claim);
            claim.release();
            assertThat(observer.failing()).contains("inProgressRepository");

            assertThat(results.isInProgress(KEY, KEY)).isFalse();
            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.NEW);
            assertThat(inProgressKeys).containsOnlyKeys(KEY);
            assertThat(observer.failing()).isEmpty();
        }

        @Test
        void aClaimWhoseAddTookEffectAndFailedAllTheSameIsGivenBackAfterAMinute() {
            AtomicLong time = new AtomicLong();
            claims.nanoTime = time::get;
            addsAndThrows(new IllegalStateException("no connection"));

            assertThatThrownBy(() -> take(results.new Claim(exchange))).hasMessage("no connection");

            time.set(Duration.ofSeconds(59).toNanos());
            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.IN_PROGRESS);
            assertThat(results.isInProgress(KEY, KEY)).isTrue();
            time.set(Duration.ofSeconds(60).toNanos());
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(inProgressKeys).isEmpty());
        }

        @Test
        void aClaimWhoseAddHadNoEffectIsAnotherNodesToTake() {
            AtomicBoolean away = new AtomicBoolean(true);
            failsToAdd(away, new AtomicBoolean());
            assertThatThrownBy(() -> take(results.new Claim(exchange))).hasMessage("no connection");
            away.set(false);
            inProgress.add(KEY);

            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.IN_PROGRESS);

            assertThat(inProgressKeys).containsOnlyKeys(KEY);
        }

        @Test
        void aClaimWhoseAddFailedAsTheRepositoryWentIsMadeForCertainBeforeItIsTakenUpAgain() {
            AtomicBoolean away = new AtomicBoolean(true);
            failsToAdd(away, away);
            assertThatThrownBy(() -> take(results.new Claim(exchange))).hasMessage("no connection");
            away.set(false);

            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.NEW);

            assertThat(inProgressKeys).containsOnlyKeys(KEY);
        }

        @Test
        void anAddOfUnknownOutcomeDoesNotKeepTheRepositoryFromBeingHealthyAgain() {
            AtomicBoolean removes = new AtomicBoolean();
            inProgress = new MemoryIdempotentRepository(inProgressKeys) {
                @Override
                public boolean add(String key) {
                    super.add(key);
                    if (!key.equals(KEY)) {
                        throw new IllegalStateException("no connection");
                    }
                    return true;
                }

                @Override
                public boolean remove(String key) {
                    if (!removes.get()) {
                        throw new IllegalStateException("no connection");
                    }
                    return super.remove(key);
                }
            };
            results = results(new MemoryIdempotentRepository(handledKeys), false);
            assertThatThrownBy(() -> results.new Claim(exchange).take("another", List.of(), List.of()))
                    .hasMessage("no connection");
            Claim claim = results.new Claim(exchange);
            take(claim);
            claim.release();
            assertThat(observer.failing()).isNotEmpty();

            removes.set(true);

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(observer.failing()).isEmpty());
            assertThat(inProgressKeys).containsOnlyKeys("another");
        }

        @Test
        void aClaimThatAnotherNodeWonAtTheSameMomentIsLeftToIt() {
            addsAndThrows(new IllegalStateException(new SQLException("duplicate key", "23505")));

            assertThat(take(results.new Claim(exchange))).isEqualTo(Found.IN_PROGRESS);

            assertThat(results.isInProgress(KEY, KEY)).isTrue();
            claims.close();
            assertThat(inProgressKeys).containsOnlyKeys(KEY);
        }

        @Test
        void whatAnotherNodeHasIsCountedAndNamedAsTheRepositoryHasIt() {
            String longKey = KEY + "-long".repeat(30);
            for (String key : List.of(KEY, longKey)) {
                results.new Claim(exchange).take(key, List.of(), List.of());
            }
            assertThat(observer.counted(Ending.HELD_ELSEWHERE)).isZero();
            IdempotencyGuard otherNode = new IdempotencyGuard(
                    new MemoryIdempotentRepository(handledKeys),
                    new ResultClaims(Runnable::run),
                    claimant(inProgress),
                    false,
                    Set.of());

            assertThat(take(otherNode.new Claim(exchange))).isEqualTo(Found.IN_PROGRESS);
            assertThat(otherNode.isInProgress(longKey, longKey)).isTrue();

            assertThat(observer.counted(Ending.HELD_ELSEWHERE)).isEqualTo(2);
            assertThat(IdempotencyGuard.named(KEY)).isEqualTo(KEY);
            assertThat(IdempotencyGuard.named(longKey)).startsWith(longKey).contains("sha256:");
        }

        @Test
        void claimsThatCannotBeGivenBackDoNotKeepAStopFromEnding() {
            refusesToRemove(Integer.MAX_VALUE);
            for (String key : List.of("Aa", "BB")) { // of the same hash, so next to each other in a map
                Claim claim = results.new Claim(exchange);
                claim.take(key, List.of(), List.of());
                claim.release();
            }

            assertThat(CompletableFuture.runAsync(claims::close)).succeedsWithin(Duration.ofSeconds(30));

            assertThat(notGivenBack).containsExactlyInAnyOrder("Aa", "BB", "Aa", "BB");
        }

        @Test
        void aClaimOfAnExchangeThatOutlivesTheStopIsGivenBackLaterToo() {
            refusesToRemove(1);
            Claim late = results.new Claim(exchange);
            take(late);
            claims.close();

            late.release();

            await().atMost(Duration.ofSeconds(30)).until(inProgressKeys::isEmpty);
        }

        @Test
        void aClaimThatCouldNotBeGivenBackIsGivenBackLaterAlsoAfterAStopInBetween() {
            refusesToRemove(3);
            Claim before = results.new Claim(exchange);
            before.take("before", List.of(), List.of());
            before.release();
            claims.close();
            Claim claim = results.new Claim(exchange);
            take(claim);

            claim.release();

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(inProgressKeys).containsOnlyKeys("before"));
        }

        @Test
        void theLoserOfARaceBetweenNodesIsContentWhenTheKeyIsThere() {
            IdempotencyGuard raced = results(new Failing(true), false);

            raced.new Claim(exchange).remember(List.of(KEY));
        }

        @Test
        void aKeyThatCouldNotBeStoredIsAnError() {
            IdempotencyGuard broken = results(new Failing(false), false);

            assertThatThrownBy(() -> broken.new Claim(exchange).remember(List.of(KEY)))
                    .hasMessage("no connection");
        }
    }

    @Nested
    class Keys {

        @Test
        void aKeyOf100CharactersIsStoredAsItIs() {
            String key = "k".repeat(100);

            results.new Claim(exchange).remember(List.of(key));

            assertThat(handledKeys).containsOnlyKeys(key);
        }

        @Test
        void aLongerKeyIsStoredAsAHashThatFits() {
            String key = "k".repeat(101);

            results.new Claim(exchange).remember(List.of(key));

            assertThat(handledKeys.keySet()).singleElement().satisfies(stored -> assertThat(stored)
                    .startsWith("sha256:")
                    .hasSizeLessThanOrEqualTo(100));
            assertThat(results.isAnyHandled(List.of("other", key))).isTrue();
            assertThat(results.isAnyHandled(List.of("k".repeat(102)))).isFalse();
        }
    }

    private static Found take(Claim claim) {
        return claim.take(KEY, List.of(KEY), List.of(KEY));
    }

    private void addsAndThrows(RuntimeException failure) {
        inProgress = new MemoryIdempotentRepository(inProgressKeys) {
            @Override
            public boolean add(String key) {
                super.add(key);
                throw failure;
            }
        };
        results = results(new MemoryIdempotentRepository(handledKeys), false);
    }

    /** Fails to tell, too, once it has failed to add. */
    private void failsToAdd(AtomicBoolean away, AtomicBoolean silent) {
        AtomicBoolean hasFailed = new AtomicBoolean();
        inProgress = new MemoryIdempotentRepository(inProgressKeys) {
            @Override
            public boolean add(String key) {
                if (away.get()) {
                    hasFailed.set(true);
                    throw new IllegalStateException("no connection");
                }
                return super.add(key);
            }

            @Override
            public boolean contains(String key) {
                if (silent.get() && hasFailed.get()) {
                    throw new IllegalStateException("no connection");
                }
                return super.contains(key);
            }
        };
        results = results(new MemoryIdempotentRepository(handledKeys), false);
    }

    private void refusesToRemove(int times) {
        AtomicInteger left = new AtomicInteger(times);
        inProgress = new MemoryIdempotentRepository(inProgressKeys) {
            @Override
            public boolean remove(String key) {
                if (left.getAndDecrement() > 0) {
                    throw new IllegalStateException("no connection");
                }
                return super.remove(key);
            }
        };
        results = results(new MemoryIdempotentRepository(handledKeys), false);
    }

    /** @param meanwhile happens once, after the removal and before it throws */
    private void removesAndThrows(Consumer<String> meanwhile) {
        AtomicBoolean hasFailed = new AtomicBoolean();
        inProgress = new MemoryIdempotentRepository(inProgressKeys) {
            @Override
            public boolean remove(String key) {
                boolean removed = super.remove(key);
                if (hasFailed.compareAndSet(false, true)) {
                    meanwhile.accept(key);
                    throw new IllegalStateException("no connection");
                }
                return removed;
            }
        };
        results = results(new MemoryIdempotentRepository(handledKeys), false);
    }

    private IdempotencyGuard results(IdempotentRepository handled, boolean isEager) {
        return new IdempotencyGuard(handled, claims, claimant(inProgress), isEager, ConcurrentHashMap.newKeySet());
    }

    private ResultClaims.Claimant claimant(IdempotentRepository repository) {
        return new ResultClaims.Claimant("", repository, observer, (message, failure) -> {
            Matcher key = Pattern.compile("The claim on '(.*)' could not be removed.*")
                    .matcher(message);
            assertThat(key.matches()).isTrue();
            notGivenBack.add(key.group(1));
        });
    }

    /** As the JDBC repository of a node that lost the race, or the connection. */
    private static final class Failing extends MemoryIdempotentRepository {

        private final boolean contains;

        Failing(boolean contains) {
            super(new ConcurrentHashMap<>());
            this.contains = contains;
        }

        @Override
        public boolean add(String key) {
            throw new IllegalStateException("no connection");
        }

        @Override
        public boolean contains(String key) {
            if (contains) {
                return true;
            }
            throw new IllegalStateException("no connection");
        }
    }
}
