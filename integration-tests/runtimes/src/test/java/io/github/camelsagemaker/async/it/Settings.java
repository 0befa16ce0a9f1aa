package io.github.camelsagemaker.async.it;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How an application is told what to do, and by which Java it is run. Immutable; the methods give changed copies. */
record Settings(Map<String, String> system, Map<String, String> component, Path javaHome) {

    static Settings none() {
        return new Settings(
                Map.of(), Map.of(), Path.of(System.getProperty("it.java.home", System.getProperty("java.home"))));
    }

    /** Run by this JDK. */
    Settings java(Path home) {
        return new Settings(system, component, home);
    }

    /** With this system property. */
    Settings system(String name, Object value) {
        return new Settings(with(system, name, value.toString()), component, javaHome);
    }

    /** With this option of the component. */
    Settings option(String name, Object value) {
        return new Settings(system, with(component, name, value.toString()), javaHome);
    }

    /** Without this system property or option. */
    Settings without(String name) {
        Map<String, String> lessSystem = new LinkedHashMap<>(system);
        Map<String, String> lessComponent = new LinkedHashMap<>(component);
        lessSystem.remove(name);
        lessComponent.remove(name);
        return new Settings(lessSystem, lessComponent, javaHome);
    }

    /** The system properties, and the options as such. */
    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>(system);
        component.forEach((name, value) -> properties.put("camel.component.sagemaker-async." + name, value));
        return properties;
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(map);
        changed.put(name, value);
        return changed;
    }
}
