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

/** Compiles what a page shows: a class, the body of {@code RouteBuilder.configure()}, or the members of a test class. */
final class JavaSnippet {

    private static final String CLASS = "Snippet";
    private static final Pattern WHOLE_CLASS =
            Pattern.compile("^public class (\\w+) extends RouteBuilder", Pattern.MULTILINE);
    private static final String TEST_FRAME =
            """
            import static org.assertj.core.api.Assertions.assertThat;

            import io.github.camelsagemaker.async.testinfra.*;
            import org.junit.jupiter.api.Test;
            import org.junit.jupiter.api.extension.RegisterExtension;

            class Snippet {
            %s
            }
            """;

    private static final String ROUTE_FRAME =
            """
            import static io.github.camelsagemaker.async.endpointdsl.StaticEndpointBuilders.*;

            import io.github.camelsagemaker.async.*;
            import io.github.camelsagemaker.async.error.*;
            import org.apache.camel.*;
            import org.apache.camel.builder.RouteBuilder;
            import org.apache.camel.spi.IdempotentRepository;
            import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
            import software.amazon.awssdk.regions.Region;
            import software.amazon.awssdk.services.s3.S3AsyncClient;

            public class Snippet extends RouteBuilder {
                @Override
                public void configure() throws Exception {
            %s
                }
            }
            """;

    private JavaSnippet() {}

    /** Whether the code is that of a test, not of a route. */
    static boolean isTest(String code) {
        return code.contains("@Test");
    }

    /** Fails with the compiler's messages if the members of a test class do not compile. */
    static void compileTest(String code) throws IOException {
        compile(CLASS, TEST_FRAME.formatted(code));
    }

    /** The snippet as routes. Fails with the compiler's messages. */
    static RouteBuilder compileRoutes(String code) throws Exception {
        Matcher whole = WHOLE_CLASS.matcher(code);
        String name = whole.find() ? whole.group(1) : CLASS;
        Path folder = name.equals(CLASS) ? compile(CLASS, ROUTE_FRAME.formatted(code)) : compile(name, code);
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
