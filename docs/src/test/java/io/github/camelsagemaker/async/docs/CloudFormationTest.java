package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The template refers only to what it has, and opens the queue to its topics only; .ci/aws-templates checks the rest. */
class CloudFormationTest {

    private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\{([\\w:]+)");

    private final Map<String, Map<String, Object>> template = load();

    @Test
    void everyReferenceNamesAResourceOfTheTemplate() {
        assertThat(references(template))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("AWS::")
                        || template.get("Resources").containsKey(name)
                        || template.get("Parameters").containsKey(name));
    }

    @Test
    void theTopicsAndNobodyElseMaySendToTheQueue() {
        Map<?, ?> policy = (Map<?, ?>) properties("ResultsPolicy").get("PolicyDocument");
        List<?> statements = (List<?>) policy.get("Statement");
        assertThat(statements).hasSize(1);
        assertThat(references(((Map<?, ?>) statements.get(0)).get("Condition")))
                .containsExactly("SuccessTopic", "ErrorTopic");
    }

    @Test
    void bothTopicsDeliverRawAndPoisonGoesToADeadLetterQueue() {
        assertThat(List.of("SuccessSubscription", "ErrorSubscription"))
                .allSatisfy(name ->
                        assertThat(properties(name).get("RawMessageDelivery")).isEqualTo(true));
        assertThat(references(properties("Results").get("RedrivePolicy"))).containsExactly("DeadLetters");
    }

    private Map<?, ?> properties(String resource) {
        return (Map<?, ?>) ((Map<?, ?>) template.get("Resources").get(resource)).get("Properties");
    }

    private static List<String> references(Object node) {
        if (node instanceof Map<?, ?> map) {
            if (map.containsKey("Ref")) {
                return List.of((String) map.get("Ref"));
            }
            if (map.get("Fn::GetAtt") instanceof List<?> attribute) {
                return List.of((String) attribute.get(0));
            }
            return references(List.copyOf(map.values()));
        }
        if (node instanceof String text && text.contains("${")) {
            return SUBSTITUTED
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }
        return node instanceof List<?> list
                ? list.stream().flatMap(item -> references(item).stream()).toList()
                : List.of();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> load() {
        try {
            String yaml = Files.readString(Page.repository().resolve("examples/aws/cloudformation.yaml"));
            return (Map<String, Map<String, Object>>)
                    new Load(LoadSettings.builder().build()).loadFromString(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
