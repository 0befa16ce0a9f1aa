package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every command that a reader is told to run is one that CI runs. */
class CommandsTest {

    private static final Pattern RUN = Pattern.compile("^ *run_command (\\S+) (\\S+)$", Pattern.MULTILINE);

    @Test
    void ciRunsEveryMarkedCommandAndNoOther() throws Exception {
        Path ci = Page.repository().resolve(".ci/run");
        assertThat(ci).isExecutable();
        List<String> run = RUN.matcher(Files.readString(ci))
                .results()
                .map(call -> call.group(1) + " " + call.group(2))
                .toList();

        assertThat(run)
                .containsExactlyInAnyOrderElementsOf(marked().stream()
                        .map(block -> block.page().path() + " " + block.name())
                        .toList());
    }

    @Test
    void anUnmarkedCommandIsOneOfTheMarked() {
        List<String> commands = marked().stream().map(Page.Block::content).toList();

        assertThat(Page.blocks("bash"))
                .allSatisfy(block -> assertThat(block.content()).isIn(commands));
    }

    private static List<Page.Block> marked() {
        return Page.blocks("bash").stream()
                .filter(block -> "command".equals(block.marker()))
                .toList();
    }

    @Test
    void everyFenceHasALanguageThatATestLooksAfter() {
        assertThat(Page.all().stream().flatMap(page -> page.blocks().stream()))
                .allSatisfy(block -> assertThat(block.language())
                        .isIn("java", "yaml", "properties", "bash", "json", "xml", "mermaid", "text"));
    }

    @Test
    void theDependenciesOfTheReadmeAreTheComponentAndTheStarter() throws Exception {
        List<String> artifacts = List.of("camel-sagemaker-async", "camel-sagemaker-async-starter");
        List<Page.Block> dependencies = Page.of("README.md").blocks().stream()
                .filter(block -> block.language().equals("xml"))
                .toList();

        assertThat(dependencies).hasSameSizeAs(artifacts);
        for (int i = 0; i < artifacts.size(); i++) {
            String pom = Files.readString(Page.repository().resolve(artifacts.get(i) + "/pom.xml"));
            String dependency = dependencies.get(i).content();
            assertThat(element(dependency, "artifactId")).contains(">" + artifacts.get(i) + "<");
            for (String element : List.of("groupId", "artifactId", "version")) {
                assertThat(pom).contains(element(dependency, element));
            }
        }
    }

    @Test
    void theModuleForDiscoveryIsTheOneThatIsTested() throws Exception {
        List<Page.Block> dependencies = Page.of("docs/component.md").blocks().stream()
                .filter(block ->
                        block.language().equals("xml") && block.content().contains("software.amazon.awssdk"))
                .toList();

        assertThat(dependencies).hasSize(1);
        String version = element(dependencies.get(0).content(), "version").replaceAll("</?version>", "");
        assertThat(Files.readString(Page.repository().resolve("pom.xml")))
                .contains("<awssdk.sagemaker.version>" + version + "</awssdk.sagemaker.version>");
    }

    private static String element(String xml, String name) {
        return xml.substring(xml.indexOf("<" + name + ">"), xml.indexOf("</" + name + ">") + name.length() + 3);
    }
}
