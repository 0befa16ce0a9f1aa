package io.github.camelsagemaker.async.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param root the repository's root
 * @param path the page's path below it
 * @param text its Markdown
 */
record Page(Path root, String path, String text) {

    private static final Pattern FENCE =
            Pattern.compile("(?:<!-- ([a-z]+): ([^>]*?) -->\\R)?```(\\w+)\\R(.*?)\\R```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.+)$", Pattern.MULTILINE);

    /**
     * A fenced block.
     *
     * @param page where it is
     * @param line the line it begins at
     * @param language the word behind the fence
     * @param marker the word before the colon in the comment right above, or null
     * @param name the words behind the colon there, or null
     * @param content what is inside
     */
    record Block(Page page, long line, String language, String marker, String name, String content) {

        /** Where it is, for people. */
        @Override
        public String toString() {
            return page.path + ":" + line;
        }
    }

    /** Every page. */
    static List<Page> all() {
        Path root = repository();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(path -> !path.contains("target/") && !path.startsWith("."))
                    .sorted()
                    .map(Page::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page of(String path) {
        try {
            return new Page(repository(), path, Files.readString(repository().resolve(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Maven runs tests with the module's folder in the system property basedir. */
    static Path repository() {
        return Path.of(System.getProperty("basedir")).toAbsolutePath().getParent();
    }

    /** All blocks of a language, on all pages. */
    static List<Block> blocks(String language) {
        return all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().equals(language))
                .toList();
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        Matcher fence = FENCE.matcher(text);
        while (fence.find()) {
            long line = text.substring(0, fence.start(3)).lines().count();
            blocks.add(new Block(this, line, fence.group(3), fence.group(1), fence.group(2), fence.group(4)));
        }
        return blocks;
    }

    /** The targets of all links. */
    List<String> links() {
        return LINK.matcher(withoutBlocks()).results().map(m -> m.group(1)).toList();
    }

    /** What a link can name behind {@code #}, made of the headings as GitHub makes it. */
    List<String> anchors() {
        return HEADING.matcher(withoutBlocks())
                .results()
                .map(m -> m.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private String withoutBlocks() {
        return FENCE.matcher(text).replaceAll("");
    }

    /** What stands between {@code <!-- table: name -->} and {@code <!-- end -->}. */
    String table(String name) {
        return text.substring(tableStart(name), tableEnd(name)).strip();
    }

    /** The page with another table. */
    Page withTable(String name, String table) {
        return new Page(
                root, path, text.substring(0, tableStart(name)) + "\n" + table + "\n" + text.substring(tableEnd(name)));
    }

    private int tableStart(String name) {
        String marker = "<!-- table: " + name + " -->\n";
        int start = text.indexOf(marker);
        if (start < 0) {
            throw new IllegalArgumentException(path + " has no table " + name);
        }
        return start + marker.length();
    }

    private int tableEnd(String name) {
        return text.indexOf("<!-- end -->", tableStart(name));
    }

    void write() throws IOException {
        Files.writeString(root.resolve(path), text);
    }

    @Override
    public String toString() {
        return path;
    }
}
