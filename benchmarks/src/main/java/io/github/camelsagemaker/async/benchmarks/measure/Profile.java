package io.github.camelsagemaker.async.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the time and the allocations of a run went, by JDK Flight Recorder's samples of running Java threads and of
 * allocations. A sample belongs to the first layer that is met from its innermost frame outwards; what only the JDK's own
 * frames are in is the JDK's: thread pools, futures, sockets.
 *
 * @param sample the run
 * @param cpu the part of the samples of each layer, of 1
 * @param allocation the part of the allocated bytes of each layer, of 1
 * @param hottest the methods of the component and of Camel with most time, what they call included, of 1
 * @param largest the same with most allocation
 */
public record Profile(
        Sample sample,
        Map<String, Double> cpu,
        Map<String, Double> allocation,
        Map<String, Double> hottest,
        Map<String, Double> largest) {

    public static final List<String> LAYERS = List.of("component", "Camel", "AWS SDK", "Netty", "driver", "JDK");

    private static final int SHOWN = 8;
    private static final String DRIVER = "io.github.camelsagemaker.async.benchmarks.";
    private static final String COMPONENT = "io.github.camelsagemaker.async.";
    private static final String CAMEL = "org.apache.camel.";

    /** Profiles the second of two runs: when a recording begins, much of what was compiled is thrown away. */
    public static Profile of(Callable<Sample> run) throws Exception {
        record(run);
        return record(run);
    }

    private static Profile record(Callable<Sample> run) throws Exception {
        Path file = Files.createTempFile("profile", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
            recording
                    .enable("jdk.ObjectAllocationSample")
                    .with("throttle", "1000/s")
                    .withStackTrace();
            recording.start();
            Sample sample = run.call();
            recording.stop();
            recording.dump(file);
            return read(file, sample);
        } finally {
            Files.delete(file);
        }
    }

    private static Profile read(Path file, Sample sample) throws IOException {
        Tally cpu = new Tally();
        Tally allocation = new Tally();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getStackTrace() == null) {
                    continue;
                }
                if (event.getEventType().getName().equals("jdk.ExecutionSample")) {
                    cpu.add(event.getStackTrace().getFrames(), 1);
                } else if (event.getEventType().getName().equals("jdk.ObjectAllocationSample")) {
                    allocation.add(event.getStackTrace().getFrames(), event.getLong("weight"));
                }
            }
        }
        return new Profile(sample, cpu.layers(), allocation.layers(), cpu.methods(), allocation.methods());
    }

    private static final class Tally {

        private final Map<String, Double> layers = new HashMap<>();
        private final Map<String, Double> methods = new HashMap<>();
        private double total;

        void add(List<RecordedFrame> frames, double weight) {
            total += weight;
            layers.merge(layerOf(frames), weight, Double::sum);
            frames.stream()
                    .map(Tally::nameOf)
                    .filter(name -> !name.startsWith(DRIVER) && (name.startsWith(COMPONENT) || name.startsWith(CAMEL)))
                    .findFirst()
                    .ifPresent(name -> methods.merge(name, weight, Double::sum));
        }

        private static String layerOf(List<RecordedFrame> frames) {
            for (RecordedFrame frame : frames) {
                String name = nameOf(frame);
                if (name.startsWith(DRIVER)) {
                    return "driver";
                } else if (name.startsWith(COMPONENT)) {
                    return "component";
                } else if (name.startsWith(CAMEL)) {
                    return "Camel";
                } else if (name.startsWith("software.amazon.awssdk.")) {
                    return "AWS SDK";
                } else if (name.startsWith("io.netty.")) {
                    return "Netty";
                }
            }
            return "JDK";
        }

        private static String nameOf(RecordedFrame frame) {
            return frame.getMethod().getType().getName() + "."
                    + frame.getMethod().getName();
        }

        Map<String, Double> layers() {
            Map<String, Double> parts = new LinkedHashMap<>();
            LAYERS.forEach(layer -> parts.put(layer, total == 0 ? 0 : layers.getOrDefault(layer, 0.0) / total));
            return parts;
        }

        Map<String, Double> methods() {
            Map<String, Double> parts = new LinkedHashMap<>();
            methods.entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                    .limit(SHOWN)
                    .forEach(entry -> parts.put(entry.getKey(), entry.getValue() / total));
            return parts;
        }
    }
}
