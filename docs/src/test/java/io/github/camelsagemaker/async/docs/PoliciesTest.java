package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The IAM policies are JSON of the right form, and allow what the component calls. Routes do not end in
 * seda: it takes over the completion of an exchange, after which a reply is deleted.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class PoliciesTest {

    /** Which permission an operation needs (Amazon S3 user guide, "Required permissions for API operations"). */
    private static final Map<String, String> ACTIONS = Map.ofEntries(
            Map.entry("InvokeEndpointAsync", "sagemaker:InvokeEndpointAsync"),
            Map.entry("DescribeEndpoint", "sagemaker:DescribeEndpoint"),
            Map.entry("DescribeEndpointConfig", "sagemaker:DescribeEndpointConfig"),
            Map.entry("PutObject", "s3:PutObject"),
            Map.entry("CreateMultipartUpload", "s3:PutObject"),
            Map.entry("UploadPart", "s3:PutObject"),
            Map.entry("CompleteMultipartUpload", "s3:PutObject"),
            Map.entry("AbortMultipartUpload", "s3:AbortMultipartUpload"),
            Map.entry("ListObjectsV2", "s3:ListBucket"),
            Map.entry("GetObject", "s3:GetObject"),
            Map.entry("HeadObject", "s3:GetObject"),
            Map.entry("DeleteObject", "s3:DeleteObject"),
            Map.entry("DeleteObjects", "s3:DeleteObject"),
            Map.entry("CreateQueue", "sqs:CreateQueue"),
            Map.entry("SetQueueAttributes", "sqs:SetQueueAttributes"),
            Map.entry("TagQueue", "sqs:TagQueue"),
            Map.entry("ListQueues", "sqs:ListQueues"),
            Map.entry("ListQueueTags", "sqs:ListQueueTags"),
            Map.entry("DeleteQueue", "sqs:DeleteQueue"),
            Map.entry("Subscribe", "sns:Subscribe"),
            Map.entry("ListSubscriptionsByTopic", "sns:ListSubscriptionsByTopic"),
            Map.entry("Unsubscribe", "sns:Unsubscribe"),
            Map.entry("GetQueueUrl", "sqs:GetQueueUrl"),
            Map.entry("GetQueueAttributes", "sqs:GetQueueAttributes"),
            Map.entry("ReceiveMessage", "sqs:ReceiveMessage"),
            Map.entry("DeleteMessageBatch", "sqs:DeleteMessage"),
            Map.entry("ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"));

    static List<Page.Block> policies() {
        return Page.blocks("json").stream()
                .filter(block -> "policy".equals(block.marker()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyPolicyHasTheFormOfOne(Page.Block block) throws Exception {
        JsonObject policy = parse(block);
        assertThat(policy.getString("Version")).isEqualTo("2012-10-17");
        assertThat(statements(policy)).isNotEmpty().allSatisfy(statement -> {
            assertThat(statement.getString("Sid")).matches("\\w+");
            assertThat(statement.getString("Effect")).isEqualTo("Allow");
            assertThat(strings(statement.get("Action")))
                    .allMatch(action -> action.matches("(s3|sqs|sns|sagemaker|kms):\\w+"));
            assertThat(strings(statement.get("Resource"))).allMatch(resource -> resource.startsWith("arn:aws:"));
        });
    }

    @Test
    void everyJsonOnThePagesIsChecked() {
        assertThat(Page.blocks("json")).isEqualTo(policies()).isNotEmpty();
    }

    @Test
    void theProducersPolicyAllowsWhatItCalls() throws Exception {
        Set<String> used = actionsOf(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("timer:once?repeatCount=1&delay=0")
                                .setBody(constant(new byte[1]))
                                .to("sagemaker-async:summarizer?inputLocation=s3://my-bucket/in/")
                                .setBody(constant(new byte[6 * 1024 * 1024]))
                                .convertBodyTo(java.io.InputStream.class)
                                .to("sagemaker-async:summarizer?inputLocation=s3://my-bucket/in/")
                                .to("log:done?level=DEBUG");
                    }
                },
                ledger -> ledger.acceptedCount() == 2);
        assertThat(used)
                .contains("sagemaker:InvokeEndpointAsync", "s3:PutObject")
                .isSubsetOf(allowed("producer"));
    }

    @Test
    void theScanningConsumersPolicyAllowsWhatItCalls() throws Exception {
        Set<String> used = actionsOf(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("timer:once?repeatCount=1&delay=0")
                                .setBody(constant("a"))
                                .to("sagemaker-async:summarizer")
                                .setBody(constant("fail"))
                                .to("sagemaker-async:summarizer");
                        from("sagemaker-async:summarizer?outputLocation=s3://my-bucket/out/"
                                        + "&failureLocation=s3://my-bucket/failed/")
                                .to("log:done?level=DEBUG");
                    }
                },
                ledger -> ledger.calls("DeleteObject") == 2 || ledger.calls("DeleteObjects") == 2);
        used.remove("sagemaker:InvokeEndpointAsync");
        used.removeAll(allowed("discover")); // asked for warnings only
        assertThat(used).isEqualTo(allowed("scan"));
    }

    @Test
    void theQueueConsumersPolicyAllowsWhatItCalls() throws Exception {
        Set<String> used = actionsOf(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("timer:once?repeatCount=1&delay=0")
                                .setBody(constant("a"))
                                .to("sagemaker-async:summarizer");
                        from("sagemaker-async:summarizer?outputLocation=s3://my-bucket/out/"
                                        + "&failureLocation=s3://my-bucket/failed/&notificationQueue=summaries")
                                .to("log:done?level=DEBUG");
                    }
                },
                ledger -> ledger.calls("DeleteMessageBatch") == 1);
        used.remove("sagemaker:InvokeEndpointAsync");
        used.removeAll(allowed("discover")); // asked for warnings only
        assertThat(used)
                .contains("sqs:ReceiveMessage", "sqs:DeleteMessage", "s3:GetObject")
                .isSubsetOf(allowed("queue"));
    }

    @Test
    void thePolicyOfADiscoveringConsumerAllowsWhatItCallsBesides() throws Exception {
        Set<String> used = actionsOf(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("timer:once?repeatCount=1&delay=0")
                                .setBody(constant("a"))
                                .to("sagemaker-async:summarizer");
                        from("sagemaker-async:summarizer?discoverEndpoint=true").to("log:done?level=DEBUG");
                    }
                },
                ledger -> ledger.calls("DeleteObject") == 1);
        used.remove("sagemaker:InvokeEndpointAsync");
        used.removeAll(allowed("scan"));
        assertThat(used).isEqualTo(allowed("discover"));
    }

    @Test
    void theAwaitingProducersPolicyAllowsWhatItCalls() throws Exception {
        Set<String> used = actionsOf(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("timer:once?repeatCount=20&delay=0&period=1")
                                .setBody(constant("a"))
                                .to("sagemaker-async:summarizer?awaitResult=true")
                                .to("log:done?level=DEBUG");
                    }
                },
                ledger -> ledger.calls("DeleteObjects") > 0);
        used.remove("sagemaker:InvokeEndpointAsync");
        assertThat(used).contains("s3:GetObject", "s3:DeleteObject").isSubsetOf(allowed("await"));
    }

    @Test
    void thePolicyOfAnOwnReplyQueueAllowsWhatItCalls() throws Exception {
        Set<String> used = actionsOf(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("timer:once?repeatCount=1&delay=0")
                                .setBody(constant("a"))
                                .to("sagemaker-async:summarizer?awaitResult=true&notificationQueue=replies"
                                        + "&autoCreateQueue=true"
                                        + "&topicArn=arn:aws:sns:us-east-1:000000000000:summarizer-results")
                                .to("log:done?level=DEBUG");
                    }
                },
                ledger -> ledger.calls("DeleteObject") > 0);
        used.remove("sagemaker:InvokeEndpointAsync");
        used.removeAll(allowed("await"));
        assertThat(used)
                .contains(
                        "sqs:CreateQueue", "sqs:ReceiveMessage", "sqs:DeleteQueue", "sns:Subscribe", "sns:Unsubscribe")
                .isSubsetOf(allowed("await-queue"));
    }

    @Test
    void thePolicyOfTheCheckAtStartAllowsTheQuestionForABucket() throws Exception {
        assertThat(allowed("buckets")).containsExactly("s3:ListBucket");
    }

    private interface Done {
        boolean test(Ledger ledger);
    }

    private static Set<String> actionsOf(RoutesBuilder routes, Done done) throws Exception {
        try (DocumentedAws aws = new DocumentedAws();
                CamelContext context = DocumentedAws.camel()) {
            context.addRoutes(routes);
            context.start();
            Ledger ledger = aws.ledger();
            await().atMost(Duration.ofMinutes(3)).until(() -> done.test(ledger));
            context.stop();
            Set<String> operations = new TreeSet<>(ledger.calls().keySet());
            // Has a policy of its own; without it the routes start as well.
            operations.remove("HeadBucket");
            // Calls of SNS are counted by their operations besides.
            operations.remove("Sns");
            assertThat(ACTIONS).containsKeys(operations.toArray(String[]::new));
            return operations.stream().map(ACTIONS::get).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> allowed(String policy) throws Exception {
        Page.Block block = policies().stream()
                .filter(candidate -> candidate.name().equals(policy))
                .findFirst()
                .orElseThrow();
        return statements(parse(block)).stream()
                .flatMap(statement -> strings(statement.get("Action")).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonObject parse(Page.Block block) throws Exception {
        return (JsonObject) Jsoner.deserialize(block.content());
    }

    private static List<JsonObject> statements(JsonObject policy) {
        List<JsonObject> statements = new ArrayList<>();
        policy.<Collection<?>>getCollection("Statement").forEach(statement -> statements.add((JsonObject) statement));
        return statements;
    }

    private static List<String> strings(Object value) {
        return value instanceof Collection<?> many
                ? many.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
    }
}
