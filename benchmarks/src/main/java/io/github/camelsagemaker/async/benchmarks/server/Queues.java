package io.github.camelsagemaker.async.benchmarks.server;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The queues: ready messages, messages under way, receives that wait. A message comes back only when its client says so;
 * visibility has no time-out here. For the server's one thread.
 */
final class Queues {

    private final Map<String, Queue> queues = new HashMap<>();
    private final EventExecutor timer;
    private long sequence;

    Queues(EventExecutor timer) {
        this.timer = timer;
    }

    /** A message; its MD5 is checked by the SDK. */
    record Message(String id, String body, String md5) {}

    private static final class Queue {
        private final Deque<Message> ready = new ArrayDeque<>();
        private final Map<String, Message> underWay = new HashMap<>();
        private final Deque<Receive> waiting = new ArrayDeque<>();
        private long deleted;
    }

    private record Receive(int max, Call.Answer client, Consumer<List<Message>> answer) {}

    Message message(String body) {
        return new Message("m" + ++sequence, body, Md5.hex(body));
    }

    void send(String name, List<Message> messages) {
        Queue queue = queue(name);
        queue.ready.addAll(messages);
        serve(queue);
    }

    /** Answers when there are messages, or when the time is over. */
    void receive(String name, int max, int waitSeconds, Call.Answer client, Consumer<List<Message>> answer) {
        Queue queue = queue(name);
        Receive receive = new Receive(max, client, answer);
        if (!queue.ready.isEmpty() || waitSeconds == 0) {
            answer.accept(take(queue, max));
            return;
        }
        queue.waiting.add(receive);
        timer.schedule(
                () -> {
                    if (queue.waiting.remove(receive)) {
                        answer.accept(List.of());
                    }
                },
                waitSeconds,
                TimeUnit.SECONDS);
    }

    private static void serve(Queue queue) {
        while (!queue.ready.isEmpty() && !queue.waiting.isEmpty()) {
            Receive receive = queue.waiting.remove();
            if (receive.client().isOpen()) {
                receive.answer().accept(take(queue, receive.max()));
            }
        }
    }

    private static List<Message> take(Queue queue, int max) {
        List<Message> taken = new ArrayList<>(max);
        while (taken.size() < max && !queue.ready.isEmpty()) {
            Message message = queue.ready.remove();
            queue.underWay.put(message.id(), message);
            taken.add(message);
        }
        return taken;
    }

    void delete(String name, String receipt) {
        Queue queue = queue(name);
        if (queue.underWay.remove(receipt) != null) {
            queue.deleted++;
        }
    }

    void giveBack(String name, String receipt) {
        Queue queue = queue(name);
        Message message = queue.underWay.remove(receipt);
        if (message != null) {
            queue.ready.add(message);
            serve(queue);
        }
    }

    /** How many messages were deleted since the server started. */
    long deleted(String name) {
        return queue(name).deleted;
    }

    /** The same of all queues. */
    long deleted() {
        return queues.values().stream().mapToLong(queue -> queue.deleted).sum();
    }

    private Queue queue(String name) {
        return queues.computeIfAbsent(name, key -> new Queue());
    }
}
