package io.github.camelsagemaker.async;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The floors of the page docs/architecture: nothing depends on a higher one, and packages form no ring. */
@Tag("no-camel")
class FloorsTest {

    private static final String BASE = FloorsTest.class.getPackageName();

    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("", 5),
            Map.entry(".console", 5),
            Map.entry(".transform", 5),
            Map.entry(".internal.request", 4),
            Map.entry(".internal.reply", 4),
            Map.entry(".internal.consume", 4),
            Map.entry(".internal.result", 3),
            Map.entry(".internal.sqs", 3),
            Map.entry(".internal.observe", 3),
            Map.entry(".internal.tracking", 3),
            Map.entry(".internal", 2),
            Map.entry(".tracking", 1),
            Map.entry(".internal.s3", 1),
            Map.entry(".internal.aws", 1),
            Map.entry(".error", 0),
            Map.entry(".internal.concurrent", 0),
            Map.entry(".internal.options", 0));

    /** Values of the root, which whoever may read; the options about AWS themselves read nothing. */
    private static final Map<String, Integer> VALUES = Map.of(
            "AwsClientConfiguration", 0,
            "SageMakerAsyncConfiguration", 2,
            "SageMakerAsyncConstants", 2,
            "PayloadMode", 2,
            "OnFailedInference", 2,
            "InferenceStatus", 2,
            "ForeignMessages", 2);

    private static final JavaClasses COMPONENT = importComponent();

    private static JavaClasses importComponent() {
        // Of other libraries' classes no more than their names is asked.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(BASE);
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(BASE) || type.getPackageName().startsWith(BASE + ".");
    }

    private static int floor(JavaClass type) {
        String inside = type.getPackageName().substring(BASE.length());
        Integer value = inside.isEmpty() ? VALUES.get(outermost(type)) : null;
        return value != null ? value : FLOORS.get(inside);
    }

    private static String outermost(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
    }

    @Test
    void everyPackageHasAFloor() {
        assertThat(COMPONENT.stream().filter(FloorsTest::isComponent).map(type -> type.getPackageName()
                        .substring(BASE.length())))
                .isSubsetOf(FLOORS.keySet());
        assertThat(COMPONENT.stream().filter(FloorsTest::isValue).map(FloorsTest::outermost))
                .containsAll(VALUES.keySet());
    }

    private static boolean isValue(JavaClass type) {
        return type.getPackageName().equals(BASE) && VALUES.containsKey(outermost(type));
    }

    @Test
    void nothingDependsOnAHigherFloor() {
        classes()
                .that(DescribedPredicate.describe("are of the component", FloorsTest::isComponent))
                .should(new ArchCondition<>("depend on no higher floor") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                            JavaClass target = dependency.getTargetClass().getBaseComponentType();
                            if (isOurs(target) && isComponent(target) && floor(target) > floor(type)) {
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                            }
                        }
                    }
                })
                .check(COMPONENT);
    }

    /** Whoever implements or extends one keeps it for years: a new one takes the place of another. */
    @Test
    void theTypesThatUsersSeeAreFew() {
        assertThat(COMPONENT.stream()
                        .filter(FloorsTest::isComponent)
                        .filter(type -> !type.getPackageName().contains(".internal"))
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getName))
                .hasSizeLessThanOrEqualTo(45);
    }

    private static boolean isComponent(JavaClass type) {
        return isOurs(type) && !type.getPackageName().startsWith(BASE + ".testinfra");
    }

    @Test
    void packagesFormNoRing() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return isComponent(type) && !isValue(type)
                                ? SliceIdentifier.of(type.getPackageName())
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "package";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(COMPONENT);
    }
}
