package io.github.camelsagemaker.async.it;

import java.util.LinkedHashMap;
import java.util.Map;

/** How an application is told what to do. Immutable; the methods give changed copies. */
record Settings(Map<String, String> system, Map<String, String> component) {

    static Settings none() {
        return new Settings(Map.of(), Map.of());
    }

    /** With this system property. */
    Settings system(String name, Object value) {
        return new Settings(with(system, name, value.toString()), component);
    }

    /** With this option of the component. */
    Settings option(String name, Object value) {
        return new Settings(system, with(component, name, value.toString()));
    }

    /** Without this system property or option. */
    Settings without(String name) {
        Map<String, String> lessSystem = new LinkedHashMap<>(system);
        Map<String, String> lessComponent = new LinkedHashMap<>(component);
        lessSystem.remove(name);
        lessComponent.remove(name);
        return new Settings(lessSystem, lessComponent);
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(map);
        changed.put(name, value);
        return changed;
    }
}
