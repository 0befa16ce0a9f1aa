package io.github.camelsagemaker.async.fuzz;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Generates places in S3. */
class S3Domain extends DomainContextBase {

    @Provide
    Arbitrary<S3Location> places() {
        return Combinators.combine(buckets(), S3Keys.legal()).as(S3Location::new);
    }

    /** S3 user guide, "Bucket naming rules": 3 to 63 lower-case letters, digits, hyphens and dots, in labels. */
    static Arbitrary<String> buckets() {
        Arbitrary<String> label = Arbitraries.oneOf(
                Arbitraries.of("s3", "s3-eu-west-1", "amazonaws", "com", "eu-west-1", "dualstack", "a", "my", "0"),
                Arbitraries.strings()
                        .withCharRange('a', 'z')
                        .numeric()
                        .ofMinLength(1)
                        .ofMaxLength(15));
        return label.list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(labels -> String.join(".", labels))
                .filter(name -> name.length() >= 3 && name.length() <= 63);
    }
}
