package io.github.camelsagemaker.async.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The component's page in the form that Camel's own build takes: AsciiDoc, with Camel's attributes above, and its partials instead of
 * the tables of options and headers. It reads the Markdown that our pages use, and no more.
 */
final class AsciiDoc {

    private static final String REPOSITORY = "https://github.com/camelsagemaker/camel-sagemaker-async/blob/main/docs/";

    /** What stands below it is in Camel's partials. */
    private static final String OPTIONS = "## Options";

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\(([^)\\s]+)\\)");
    private static final Pattern BOLD = Pattern.compile("\\*\\*([^*]+)\\*\\*");
    private static final Pattern ITALIC = Pattern.compile("(?<![*\\w])\\*([^*\\s][^*]*)\\*(?![*\\w])");

    /** Neither in our pages nor of a meaning in AsciiDoc: stands for what is written already. */
    private static final char WRITTEN = '\uE000';

    private final List<String> headings;
    private final List<String> written = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();

    private AsciiDoc(List<String> headings) {
        this.headings = headings;
    }

    static String of(Page page, Catalog catalog) {
        String text = page.text();
        String shown = text.substring(text.indexOf('\n') + 1, text.indexOf("\n" + OPTIONS + "\n") + 1);
        List<String> headings = shown.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", ""))
                .toList();
        AsciiDoc asciiDoc = new AsciiDoc(headings);
        asciiDoc.header(catalog);
        asciiDoc.body(shown.lines().toList());
        return asciiDoc.out.toString();
    }

    private void header(Catalog catalog) {
        String title = catalog.component("title");
        line("= " + title + " Component");
        line(":doctitle: " + title);
        line(":shortname: " + catalog.component("name"));
        line(":artifactid: " + catalog.component("artifactId"));
        line(":description: " + catalog.component("description"));
        line(":since: " + catalog.component("firstVersion").replaceFirst("\\.\\d+$", ""));
        line(":supportlevel: " + catalog.component("supportLevel"));
        line(":tabs-sync-option:");
        line(":component-header: Both producer and consumer are supported");
        line("//Manually maintained attributes");
        line(":group: AWS");
        line(":camel-spring-boot-name: " + catalog.component("name"));
        line("");
        line("*Since Camel {since}*");
        line("");
        line("*{component-header}*");
    }

    private void body(List<String> lines) {
        boolean contents = true; // the list of links above the first section
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("## ")) {
                contents = false;
            }
            if (line.startsWith("```")) {
                i = listing(lines, i);
            } else if (line.startsWith("|")) {
                i = table(lines, i);
            } else if (line.startsWith("> [!")) {
                i = admonition(lines, i);
            } else if (line.startsWith("#")) {
                line(line.replaceFirst("^#+", "=".repeat(line.indexOf(' '))));
            } else if (line.startsWith("- ")) {
                if (!contents) {
                    line("* " + inline(line.substring(2)));
                }
            } else if (!line.startsWith("<!--")) {
                line(line.startsWith("    ") ? line : inline(line));
            }
        }
        line("// component options: START");
        line("include::partial$component-configure-options.adoc[]");
        line("include::partial$component-endpoint-options.adoc[]");
        line("include::partial$component-endpoint-headers.adoc[]");
        line("// component options: END");
        line("");
        line("include::spring-boot:partial$starter.adoc[]");
    }

    private int listing(List<String> lines, int start) {
        line("[source," + lines.get(start).substring(3) + "]");
        line("----");
        int i = start + 1;
        while (!lines.get(i).equals("```")) {
            line(lines.get(i++));
        }
        line("----");
        return i;
    }

    private int table(List<String> lines, int start) {
        int columns = cells(lines.get(start)).size();
        line("[%header,cols=\"" + "1,".repeat(columns - 1) + "1\"]");
        line("|===");
        int i = start;
        for (; i < lines.size() && lines.get(i).startsWith("|"); i++) {
            if (!lines.get(i).startsWith("|---")) {
                line(cells(lines.get(i)).stream()
                        .map(cell -> "|" + inline(cell))
                        .collect(Collectors.joining(" ")));
            }
        }
        line("|===");
        return i - 1;
    }

    private static List<String> cells(String row) {
        String inside = row.strip().replaceFirst("^\\|", "").replaceFirst("(?<!\\\\)\\|$", "");
        return Pattern.compile("(?<!\\\\)\\|")
                .splitAsStream(inside)
                .map(String::strip)
                .toList();
    }

    /** A quotation that begins with a word such as {@code [!WARNING]}. */
    private int admonition(List<String> lines, int start) {
        String kind = lines.get(start).replaceAll("[^A-Z]", "");
        List<String> text = new ArrayList<>();
        int i = start + 1;
        for (; i < lines.size() && lines.get(i).startsWith("> "); i++) {
            text.add(inline(lines.get(i).substring(2)));
        }
        line(kind + ": " + String.join("\n", text));
        return i - 1;
    }

    private String inline(String markdown) {
        written.clear();
        String text = replace(CODE, markdown, code -> keep("`+" + code.group(1) + "+`"));
        text = replace(LINK, text, link -> link(link.group(1), link.group(2)));
        text = replace(BOLD, text, bold -> keep("*") + bold.group(1) + keep("*"));
        text = replace(ITALIC, text, italic -> "_" + italic.group(1) + "_");
        // What was written may stand inside what was written later.
        while (text.indexOf(WRITTEN) >= 0) {
            text = replace(
                    Pattern.compile(WRITTEN + "(\\d+)" + WRITTEN),
                    text,
                    number -> written.get(Integer.parseInt(number.group(1))));
        }
        return text;
    }

    private String link(String label, String target) {
        if (target.startsWith("#")) {
            return headings.stream()
                    .filter(heading -> ("#" + anchor(heading)).equals(target))
                    .findFirst()
                    .map(heading -> keep("<<" + heading + "," + label + ">>"))
                    .orElse(label);
        }
        return keep((target.contains("://") ? target : "link:" + REPOSITORY + target) + "[" + label + "]");
    }

    /** As {@link Page#anchors} makes it. */
    private static String anchor(String heading) {
        return new Page(null, null, "# " + heading).anchors().get(0);
    }

    private String keep(String asciiDoc) {
        written.add(asciiDoc);
        return "" + WRITTEN + (written.size() - 1) + WRITTEN;
    }

    private static String replace(Pattern pattern, String text, Function<MatchResult, String> replacement) {
        return pattern.matcher(text).replaceAll(match -> Matcher.quoteReplacement(replacement.apply(match)));
    }

    private void line(String line) {
        out.append(line).append('\n');
    }
}
