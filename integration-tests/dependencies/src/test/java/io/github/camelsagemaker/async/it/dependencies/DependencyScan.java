package io.github.camelsagemaker.async.it.dependencies;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Holds dependencies against advisories, except where an exception was reviewed. */
final class DependencyScan {

    private final Advisories advisories;
    private final List<ReviewedException> exceptions;
    private final LocalDate today;

    DependencyScan(Advisories advisories, List<ReviewedException> exceptions, LocalDate today) {
        this.advisories = advisories;
        this.exceptions = exceptions;
        this.today = today;
    }

    /** What somebody has to look at, a line each; empty when all is well. */
    List<String> problems(Collection<Dependency> dependencies) {
        List<Finding> findings = dependencies.stream()
                .flatMap(dependency ->
                        advisories.affecting(dependency).stream().map(advisory -> new Finding(dependency, advisory)))
                .toList();
        List<String> problems = new ArrayList<>();
        for (Finding finding : findings) {
            if (exceptions.stream().noneMatch(exception -> exception.covers(finding))) {
                problems.add(finding.toString());
            }
        }
        for (ReviewedException exception : exceptions) {
            if (findings.stream().noneMatch(exception::covers)) {
                problems.add("The exception for %s, %s, excepts nothing: remove it"
                        .formatted(exception.coordinates(), exception.advisory()));
            } else if (exception.until().isBefore(today)) {
                problems.add("The exception for %s, %s, ended on %s: look again"
                        .formatted(exception.coordinates(), exception.advisory(), exception.until()));
            }
        }
        return problems;
    }
}
