package io.github.camelsagemaker.async.docs;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.camel.builder.RouteBuilder;

/**
 * Compiles what a page shows: a class; or the body of {@code RouteBuilder.configure()} or the members of a test class, behind
 * their imports.
 */
final class JavaSnippet {

    private static final String CLASS = "Snippet";
    private static final Pattern WHOLE_CLASS =
            Pattern.compile("^public class (\\w+) extends RouteBuilder", Pattern.MULTILINE);
    private static final Pattern IMPORTS = Pattern.compile("(?:import [^;]+;\\R+)+");
    private static final String TEST_FRAME =
            """
            %s
            class Snippet {
            %s
            }
            """;

    private static final String ROUTE_FRAME =
            """
            %s
            public class Snippet extends org.apache.camel.builder.RouteBuilder {
                @Override
                public void configure() throws Exception {
            %s
                }
            }
            """;

    private JavaSnippet() {}

    /** The imports, which a snippet begins with, stand in front of the class. */
    private static String framed(String frame, String code) {
        Matcher imports = IMPORTS.matcher(code);
        int end = imports.lookingAt() ? imports.end() : 0;
        return frame.formatted(code.substring(0, end), code.substring(end));
    }

    /** Whether the code is that of a test, not of a route. */
    static boolean isTest(String code) {
        return code.contains("@Test");
    }

    /** Fails with the compiler's messages if the members of a test class do not compile. */
    static void compileTest(String code) throws IOException {
        compile(CLASS, framed(TEST_FRAME, code));
    }

    /** The snippet as routes. Fails with the compiler's messages. */
    static RouteBuilder compileRoutes(String code) throws Exception {
        Matcher whole = WHOLE_CLASS.matcher(code);
        String name = whole.find() ? whole.group(1) : CLASS;
        Path folder = name.equals(CLASS) ? compile(CLASS, framed(ROUTE_FRAME, code)) : compile(name, code);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, JavaSnippet.class.getClassLoader())) {
            return (RouteBuilder)
                    loader.loadClass(name).getDeclaredConstructor().newInstance();
        }
    }

    private static Path compile(String name, String code) throws IOException {
        Path folder = Files.createTempDirectory("snippet-");
        compile(Files.writeString(folder.resolve(name + ".java"), code));
        return folder;
    }

    private static void compile(Path source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            Iterable<? extends JavaFileObject> sources = files.getJavaFileObjects(source);
            List<String> options = List.of(
                    "-classpath",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    "-d",
                    source.getParent().toString(),
                    "-proc:none");
            if (!compiler.getTask(messages, files, null, options, null, sources).call()) {
                throw new AssertionError("The snippet does not compile:\n" + messages);
            }
        }
    }
}
