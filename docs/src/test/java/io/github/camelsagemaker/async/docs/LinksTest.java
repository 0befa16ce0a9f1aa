package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links between the pages, and into the source, lead somewhere. */
class LinksTest {

    static List<Page> pages() {
        return Page.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkIntoTheRepositoryResolves(Page page) {
        assertThat(page.links())
                .filteredOn(link -> !link.startsWith("https://"))
                .allSatisfy(link -> {
                    String file = link.replaceAll("#.*", "");
                    Path target = file.isEmpty()
                            ? page.root().resolve(page.path())
                            : page.root()
                                    .resolve(page.path())
                                    .resolveSibling(file)
                                    .normalize();
                    assertThat(target).exists();
                    if (link.contains("#")) {
                        String path = page.root().relativize(target).toString();
                        assertThat(Page.of(path).anchors()).contains(link.substring(link.indexOf('#') + 1));
                    }
                    if (Files.isDirectory(target)) {
                        assertThat(target)
                                .as("a folder is shown by its README or its files")
                                .isNotEmptyDirectory();
                    }
                });
    }
}
