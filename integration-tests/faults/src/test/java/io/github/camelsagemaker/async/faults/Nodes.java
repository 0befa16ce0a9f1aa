package io.github.camelsagemaker.async.faults;

import java.util.List;

/** Applications at the same place; each sends its share. */
record Nodes(List<Application> applications) implements Running {

    @Override
    public void send(List<Document> documents) {
        for (Document document : documents) {
            applications.get(document.number() % applications.size()).send(List.of(document));
        }
    }

    @Override
    public String state() {
        return applications.stream().map(Application::state).toList().toString();
    }

    @Override
    public void end() throws Exception {
        for (Application application : applications) {
            application.end();
        }
    }

    @Override
    public void close() {
        applications.forEach(Application::close);
    }
}
