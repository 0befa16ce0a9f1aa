package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.internal.aws.AwsClients;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

class SageMakerAsyncComponentTest {
    private final CamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Nested
    class Options {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "a",
                    "my-endpoint",
                    "A1--b",
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                })
        void anEndpointNameOfTheApiIsTaken(String name) {
            assertThat(endpoint("sagemaker-async:" + name).getEndpointName()).isEqualTo(name);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "-a",
                    "a-",
                    "a_b",
                    "a.b",
                    "a/b",
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                })
        void anyOtherEndpointNameIsRefused(String name) {
            assertThatThrownBy(() -> endpoint("sagemaker-async:" + name))
                    .rootCause()
                    .hasMessageContaining("'" + name + "'")
                    .hasMessageContaining("1 to 63");
        }

        @ParameterizedTest
        @CsvSource({
            "inlineThreshold,abc,a whole number",
            "inlineThreshold,3000000000,at most 2147483647",
            "maxWaitingCalls,12s,a whole number",
            "maxInFlight,many,a whole number",
            "requestTtlSeconds,soon,a whole number",
            "visibilityTimeout,30s,a whole number",
            "requestTtlSeconds,1.5,a whole number",
            "delay,soon,a duration such as",
            "resultTimeout,30 seconds,a duration such as",
            "foreignReplies,MAYBE,'one of [REJECT, LEAVE, ACKNOWLEDGE]'",
            "payloadMode,both,'one of [AUTO, INLINE, S3]'"
        })
        void aValueOfAnotherKindIsRefusedWithWhatItMayBe(String option, String value, String allowed) {
            assertThatThrownBy(() -> endpoint("sagemaker-async:e?" + option + "=" + value))
                    .rootCause()
                    .hasMessageContaining("Option " + option + " is '" + value + "', but must be ")
                    .hasMessageContaining(allowed);
        }

        @Test
        void theOptionsThatHaveNoEffectWithAQueueAreThoseOfTheScheduler() throws Exception {
            JsonObject catalog;
            try (InputStream file =
                    getClass().getResourceAsStream("/META-INF/io/github/camelsagemaker/async/sagemaker-async.json")) {
                catalog = (JsonObject) Jsoner.deserialize(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            }

            assertThat(catalog.<JsonObject>getMap("properties").entrySet())
                    .filteredOn(option -> String.valueOf(((JsonObject) option.getValue()).get("label"))
                            .contains("scheduler"))
                    .isNotEmpty()
                    .allSatisfy(option -> assertThat(option.getKey()).matches(SageMakerAsyncEndpoint.SCHEDULING));
            assertThat("scheduler.cron").matches(SageMakerAsyncEndpoint.SCHEDULING);
            assertThat(List.of("resultPollDelay", "waitTimeSeconds", "maxInFlight"))
                    .noneMatch(option ->
                            SageMakerAsyncEndpoint.SCHEDULING.matcher(option).matches());
        }

        @ParameterizedTest
        @CsvSource({"30000,30000", "30s,30000", "1h30m,5400000", "500ms,500"})
        void aTimeInMillisecondsMayBeADuration(String value, long millis) {
            assertThat(endpoint("sagemaker-async:e?resultTimeout=" + value)
                            .getConfiguration()
                            .getResultTimeout())
                    .isEqualTo(millis);
        }

        @ParameterizedTest
        @CsvSource({"includeBody,maybe", "idempotentRepository,#bean:missing"})
        void aValueThatCannotBeConvertedIsRefusedWithItsOption(String option, String value) {
            assertThatThrownBy(() -> endpoint("sagemaker-async:e?streamBody=false&" + option + "=" + value))
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Option " + option + " cannot be set: ");
        }

        @Test
        void anUnknownPayloadModeIsRefusedWithTheValuesAllowed() {
            assertThatThrownBy(() -> endpoint("sagemaker-async:e?payloadMode=MAIL"))
                    .rootCause()
                    .hasMessageContaining("payloadMode")
                    .hasMessageContaining("'MAIL'")
                    .hasMessageContaining("AUTO, INLINE, S3");
        }

        @Test
        void anUnknownOptionIsRefused() {
            assertThatThrownBy(() -> endpoint("sagemaker-async:e?payloadMod=S3"))
                    .hasMessageContaining("payloadMod");
        }

        @Test
        void endpointsInheritTheComponentsOptionsAndOverrideThem() {
            component().getConfiguration().setRegion("eu-west-1");
            component().getConfiguration().setAccept("text/csv");

            SageMakerAsyncConfiguration configuration =
                    endpoint("sagemaker-async:e?accept=application/json").getConfiguration();

            assertThat(configuration.getRegion()).isEqualTo("eu-west-1");
            assertThat(configuration.getAccept()).isEqualTo("application/json");
            assertThat(component().getConfiguration().getAccept()).isEqualTo("text/csv");
        }

        @Test
        void credentialsNeverShowInTheEndpointsUri() {
            SageMakerAsyncEndpoint endpoint = endpoint("sagemaker-async:e?accessKey=AKIA123&secretKey=s3cr3t");

            assertThat(endpoint.toString()).doesNotContain("AKIA123").doesNotContain("s3cr3t");
        }
    }

    @Nested
    class OptionsOfCamelMain {

        @ParameterizedTest
        @CsvSource({
            "visibility-timeout,30s,visibilityTimeout",
            "maxInFlight,many,maxInFlight",
            "payload-mode,both,payloadMode"
        })
        void aValueOfAnotherKindIsRefusedByCamelMainToo(String property, String value, String option) {
            Main main = new Main();
            main.addInitialProperty("camel.component.sagemaker-async." + property, value);
            try {
                assertThatThrownBy(main::start)
                        .hasStackTraceContaining(option)
                        .hasStackTraceContaining("is '" + value + "', but must be ");
            } finally {
                main.stop();
            }
        }

        @Test
        void whatCamelMainCanReadIsSet() throws Exception {
            Main main = new Main();
            main.addInitialProperty("camel.component.sagemaker-async.max-in-flight", "7");
            main.addInitialProperty("camel.component.sagemaker-async.resultTimeout", "30s");
            main.start();
            try {
                assertThat(main.getCamelContext().getComponent("sagemaker-async", SageMakerAsyncComponent.class))
                        .extracting(
                                component -> component.getConfiguration().getMaxInFlight(),
                                component -> component.getConfiguration().getResultTimeout())
                        .containsExactly(7, 30_000L);
            } finally {
                main.stop();
            }
        }
    }

    @Nested
    class Clients {

        @ParameterizedTest
        @CsvSource({
            "accessKey=&secretKey=x,accessKey",
            "accessKey=x&secretKey=,secretKey",
            "accessKey=x&secretKey=y&useSessionCredentials=true&sessionToken=,sessionToken",
            "useProfileCredentialsProvider=true&profileCredentialsName=,profileCredentialsName",
            "region=,region",
            "region=evil.example/,region",
            "proxyHost=&proxyPort=1,proxyHost",
            "proxyHost=h&proxyPort=0,proxyPort",
            "proxyHost=h&proxyPort=65536,proxyPort",
            "overrideEndpoint=true&uriEndpointOverride=localhost:4566,uriEndpointOverride",
            "overrideEndpoint=true&uriEndpointOverride=http://,uriEndpointOverride"
        })
        void anOptionOfTheClientsThatMakesNoSenseIsRefusedByName(String options, String option) {
            assertThatThrownBy(() ->
                            endpoint("sagemaker-async:e?" + options).context().clients())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Option " + option + " is ");
        }

        @Test
        void endpointsOfTheSameOptionsShareTheirClients() {
            AwsClients first =
                    endpoint("sagemaker-async:a?region=eu-west-1").context().clients();

            assertThat(endpoint("sagemaker-async:b?region=eu-west-1").context().clients())
                    .isSameAs(first);
            assertThat(endpoint("sagemaker-async:b?region=us-east-1").context().clients())
                    .isNotSameAs(first);
            assertThat(endpoint("sagemaker-async:c?region=eu-west-1")
                            .context()
                            .clients()
                            .s3())
                    .isSameAs(first.s3());
        }

        @Test
        void aClientInTheRegistryIsUsedAndLeftOpen() {
            try (S3AsyncClient own =
                    S3AsyncClient.builder().region(Region.EU_WEST_1).build()) {
                context.getRegistry().bind("own", S3AsyncClient.class, own);

                assertThat(endpoint("sagemaker-async:e").context().clients().s3())
                        .isSameAs(own);
                context.stop();

                // A closed client refuses to name its waiters.
                assertThat(own.waiter()).isNotNull();
            }
        }

        @Test
        void oneOfSeveralClientsInTheRegistryIsToBeChosen() {
            try (S3AsyncClient one = client(Region.EU_WEST_1);
                    S3AsyncClient two = client(Region.EU_WEST_1)) {
                context.getRegistry().bind("one", S3AsyncClient.class, one);
                context.getRegistry().bind("two", S3AsyncClient.class, two);
                component().getConfiguration().setRegion("eu-west-1");

                assertThatThrownBy(() -> endpoint("sagemaker-async:e")
                                .context()
                                .clients()
                                .s3())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContainingAll("s3AsyncClient", "[one, two]", "autowiredEnabled");
                assertThat(endpoint("sagemaker-async:e").context().clients().sageMaker())
                        .isNotNull();
                assertThat(endpoint("sagemaker-async:e?s3AsyncClient=#two")
                                .context()
                                .clients()
                                .s3())
                        .isSameAs(two);
                assertThat(endpoint("sagemaker-async:e?region=us-east-1")
                                .context()
                                .clients()
                                .s3())
                        .isNotIn(one, two);
                component().setAutowiredEnabled(false);
                assertThat(endpoint("sagemaker-async:e").context().clients().s3())
                        .isNotIn(one, two);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "region=us-east-1",
                    "accessKey=a&secretKey=b",
                    "useDefaultCredentialsProvider=true",
                    "overrideEndpoint=true&uriEndpointOverride=http://localhost:1"
                })
        void aClientOfTheComponentGivesWayToWhatTheUriSays(String options) {
            try (S3AsyncClient own = client(Region.EU_WEST_1)) {
                component().getConfiguration().setS3AsyncClient(own);
                component().getConfiguration().setRegion("eu-west-1");
                context.getRegistry().bind("named", S3AsyncClient.class, own);

                assertThat(endpoint("sagemaker-async:e").context().clients().s3())
                        .isSameAs(own);
                assertThat(endpoint("sagemaker-async:e?" + options)
                                .context()
                                .clients()
                                .s3())
                        .isNotSameAs(own);
                assertThat(endpoint("sagemaker-async:e?s3AsyncClient=#named&" + options)
                                .context()
                                .clients()
                                .s3())
                        .isSameAs(own);
            }
        }

        @Test
        void anOptionThatIsOffIsNoReasonForAnotherClient() {
            try (S3AsyncClient own = client(Region.EU_WEST_1)) {
                component().getConfiguration().setS3AsyncClient(own);

                assertThat(endpoint("sagemaker-async:e?overrideEndpoint=false&useDefaultCredentialsProvider=false"
                                        + "&uriEndpointOverride=http://localhost:1")
                                .context()
                                .clients()
                                .s3())
                        .isSameAs(own);
            }
        }

        @Test
        void anAddressAloneHasNoEffect() {
            AwsClients clients = endpoint("sagemaker-async:e?region=eu-west-1&uriEndpointOverride=http://localhost:1")
                    .context()
                    .clients();

            assertThat(clients.s3().serviceClientConfiguration().endpointOverride())
                    .isEmpty();
        }

        @Test
        void aProfileThatDoesNotExistIsRefusedByName() {
            SageMakerAsyncEndpoint endpoint = endpoint(
                    "sagemaker-async:e?region=eu-west-1&useProfileCredentialsProvider=true&profileCredentialsName=no-such-one");

            assertThatThrownBy(() -> endpoint.context().clients().s3())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Option profileCredentialsName is 'no-such-one'");
        }

        @Test
        void aLaterChangeOfOneEndpointsOptionsChangesNoClientOfOthers() {
            SageMakerAsyncEndpoint changed = endpoint("sagemaker-async:a?region=eu-west-1");
            AwsClients shared = changed.context().clients();

            changed.getConfiguration().setRegion("us-east-1");

            assertThat(shared.s3().serviceClientConfiguration().region()).isEqualTo(Region.EU_WEST_1);
            assertThat(changed.context().clients()).isNotSameAs(shared);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "accessKey=a",
                    "secretKey=a",
                    "proxyHost=localhost",
                    "overrideEndpoint=true",
                    "useSessionCredentials=true",
                    "accessKey=a&secretKey=b&sessionToken=c",
                    "maxRetries=-1"
                })
        void aHalfSetOptionIsRefusedBeforeAClientIsBuilt(String options) {
            SageMakerAsyncEndpoint endpoint = endpoint("sagemaker-async:e?" + options);

            assertThatThrownBy(endpoint::context)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Option");
        }
    }

    private static S3AsyncClient client(Region region) {
        return S3AsyncClient.builder().region(region).build();
    }

    private SageMakerAsyncComponent component() {
        return context.getComponent("sagemaker-async", SageMakerAsyncComponent.class);
    }

    private SageMakerAsyncEndpoint endpoint(String uri) {
        return context.getEndpoint(uri, SageMakerAsyncEndpoint.class);
    }
}
