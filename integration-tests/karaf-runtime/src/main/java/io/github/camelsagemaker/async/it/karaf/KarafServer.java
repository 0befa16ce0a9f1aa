package io.github.camelsagemaker.async.it.karaf;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Karaf from its distribution, with a base folder of its own, so that the distribution stays as it is.
 *
 * <p>It is cut off from Maven: no remote repository, and a local one that is empty. What it runs it has from its distribution
 * and from what is deployed here. Not thread-safe.
 */
public final class KarafServer {

    /** Name and password of who may manage it. */
    private static final String OPERATOR = "karaf";

    private final Path home;
    private final Path base;
    private final Set<String> hidden = new HashSet<>();

    private KarafServer(Path home, Path base) {
        this.home = home;
        this.base = base;
    }

    /**
     * Prepares a server.
     *
     * @param home the unpacked distribution
     * @param base a folder that does not exist yet
     */
    public static KarafServer prepare(Path home, Path base) throws IOException {
        KarafServer server = new KarafServer(home, base);
        copy(home.resolve("etc"), base.resolve("etc"));
        Files.createDirectories(base.resolve("deploy"));
        Files.createDirectories(base.resolve("data/log"));
        Path settings = Files.writeString(base.resolve("etc/maven-settings.xml"), "<settings/>\n");
        server.configure(
                "org.ops4j.pax.url.mvn",
                Map.of(
                        "org.ops4j.pax.url.mvn.repositories", "",
                        "org.ops4j.pax.url.mvn.settings", settings.toString(),
                        "org.ops4j.pax.url.mvn.localRepository",
                                base.resolve("data/m2").toString()));
        server.configure("org.apache.karaf.shell", Map.of("sshPort", freePort()));
        server.configure(
                "org.apache.karaf.management", Map.of("rmiRegistryPort", freePort(), "rmiServerPort", freePort()));
        Files.writeString(
                base.resolve("etc/users.properties"),
                OPERATOR + " = " + OPERATOR + ",admin,manager,viewer,systembundles\n");
        return server;
    }

    /** Makes the features of a KAR known without installing them, as {@code feature:repo-add} would. */
    public KarafServer addRepository(Path kar) throws IOException {
        Path system = base.resolve("system");
        String features = null;
        try (ZipFile zip = new ZipFile(kar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                if (entry.getName().startsWith("repository/") && !entry.isDirectory()) {
                    Path file = system.resolve(entry.getName().substring("repository/".length()));
                    Files.createDirectories(file.getParent());
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                    features = entry.getName().endsWith("-features.xml")
                            ? file.toUri().toString()
                            : features;
                }
            }
        }
        if (features == null) {
            throw new IllegalArgumentException(kar + " has no features");
        }
        Properties properties = load("org.apache.karaf.features");
        configure(
                "org.apache.karaf.features",
                Map.of("featuresRepositories", properties.getProperty("featuresRepositories") + ", " + features));
        return this;
    }

    /** Puts a KAR or a bundle into the folder that Karaf installs everything from. */
    public KarafServer deploy(Path file) throws IOException {
        Files.copy(file, base.resolve("deploy").resolve(file.getFileName()));
        return this;
    }

    /** Sets properties of a configuration of Karaf's; the others stay. */
    public KarafServer configure(String pid, Map<String, String> changes) throws IOException {
        Properties properties = load(pid);
        properties.putAll(changes);
        store(base.resolve("etc").resolve(pid + ".cfg"), properties);
        return this;
    }

    /** Sets system properties. */
    public KarafServer systemProperties(Map<String, String> properties) throws IOException {
        Properties custom = new Properties();
        custom.putAll(properties);
        store(base.resolve("etc/custom.system.properties"), custom);
        return this;
    }

    /** Keeps environment variables whose names begin so from it. */
    public KarafServer hideEnvironment(String prefix) {
        hidden.add(prefix);
        return this;
    }

    /**
     * Starts it. Ending the process stops Karaf in order.
     *
     * @param javaHome of a Java that this Karaf runs on
     */
    public Process start(Path javaHome) throws IOException {
        // As a daemon the script becomes the JVM, and does not leave it behind when the process is ended.
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/karaf").toString(), "daemon")
                .redirectErrorStream(true)
                .redirectOutput(base.resolve("data/log/console.log").toFile());
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.startsWith("KARAF_") || hidden.stream().anyMatch(name::startsWith));
        environment.put("JAVA_HOME", javaHome.toString());
        environment.put("EXTRA_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        environment.put("KARAF_BASE", base.toString());
        // The distribution's own list of instances knows one root: a second server beside it would refuse to start.
        environment.put("CHECK_ROOT_INSTANCE_RUNNING", "false");
        environment.put("KARAF_OPTS", "-Dkaraf.instances=" + base.resolve("instances"));
        return builder.start();
    }

    /** As {@code bundle:refresh} of a user with the role systembundles, which those of the start level 30 need: stops the bundles of these names and all that is wired to them, and starts them again. */
    public void refresh(String names) throws IOException, JMException {
        Properties ports = load("org.apache.karaf.management");
        String url = "service:jmx:rmi://127.0.0.1:" + ports.getProperty("rmiServerPort") + "/jndi/rmi://127.0.0.1:"
                + ports.getProperty("rmiRegistryPort") + "/karaf-root";
        try (JMXConnector operator = JMXConnectorFactory.connect(
                new JMXServiceURL(url), Map.of(JMXConnector.CREDENTIALS, new String[] {OPERATOR, OPERATOR}))) {
            operator.getMBeanServerConnection()
                    .invoke(
                            new ObjectName("org.apache.karaf:type=bundle,name=root"),
                            "refresh",
                            new Object[] {names},
                            new String[] {String.class.getName()});
        }
    }

    /** What Karaf and everything in it log to. */
    public Path log() {
        return base.resolve("data/log/karaf.log");
    }

    private Properties load(String pid) throws IOException {
        Properties properties = new Properties();
        Path file = base.resolve("etc").resolve(pid + ".cfg");
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file)) {
                properties.load(in);
            }
        }
        return properties;
    }

    private static void store(Path file, Properties properties) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }
}
