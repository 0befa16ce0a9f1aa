package io.github.camelsagemaker.async;

import static net.bytebuddy.matcher.ElementMatchers.any;
import static net.bytebuddy.matcher.ElementMatchers.is;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.dynamic.DynamicType;

/** The clock of a node, ahead of the system's or behind it: the component asks it instead. */
public final class NodeClock {

    /** That a JVM can have such a clock. */
    static final String JVM_OPTION = "-javaagent:"
            + ByteBuddyAgent.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath();

    private static volatile Duration ahead = Duration.ZERO;

    private NodeClock() {}

    /** For classes that are not loaded yet. */
    static void install(Duration by) {
        ahead = by;
        String component = SageMakerAsyncEndpoint.class.getPackageName();
        new AgentBuilder.Default()
                .type(named(SageMakerAsyncEndpoint.class.getName())
                        .or(nameStartsWith(component + ".internal"))
                        .or(nameStartsWith(component + ".tracking")))
                .transform((builder, type, loader, module, domain) -> asksThisClock(builder))
                .installOn(ByteBuddyAgent.install());
    }

    private static DynamicType.Builder<?> asksThisClock(DynamicType.Builder<?> asking) {
        DynamicType.Builder<?> builder = asking;
        for (Map.Entry<String, Class<?>> asked : Map.of(
                        "systemUTC", Clock.class, "now", Instant.class, "currentTimeMillis", System.class)
                .entrySet()) {
            try {
                builder = builder.visit(MemberSubstitution.relaxed()
                        .method(is(asked.getValue().getMethod(asked.getKey())))
                        .replaceWith(NodeClock.class.getMethod(asked.getKey()))
                        .on(any()));
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(e);
            }
        }
        return builder;
    }

    public static Clock systemUTC() {
        return Clock.offset(Clock.systemUTC(), ahead);
    }

    public static Instant now() {
        return Instant.now().plus(ahead);
    }

    public static long currentTimeMillis() {
        return System.currentTimeMillis() + ahead.toMillis();
    }
}
