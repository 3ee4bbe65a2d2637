package mail;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.tenantemail.SesSendingDomain;
import com.pulumi.tenantemail.SesSendingDomainArgs;
import com.pulumi.tenantemail.TenantEmail;
import com.pulumi.tenantemail.TenantEmailArgs;
import com.pulumi.tenantemail.enums.OnExisting;
import com.pulumi.tenantemail.inputs.Auth0SesArgs;
import com.pulumi.tenantemail.inputs.Auth0TemplateArgs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Auth0 sends its mail through Amazon SES: verified domain, least-privilege key, provider and templates.
 *
 * <p>Settings ({@code pulumi config set KEY VALUE}):
 * <pre>
 * domain       the domain to send from, in a Route 53 zone of this account
 * fromAddress  the built-in sender, at that domain
 * tenant       a name in tenant-email:tenants (default: main)
 * onExisting   adopt, to take over an email provider that was configured by hand (default: fail)
 * </pre>
 */
public class App {
    private static final Map<String, String> SUBJECTS = Map.of(
        "verify_email", "Confirm your address for {{ application.name }}",
        "reset_email", "Reset your password for {{ application.name }}",
        "welcome_email", "Welcome to {{ application.name }}");

    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var config = ctx.config();
        var fromAddress = config.require("fromAddress");
        var onExisting = config.get("onExisting").orElse(OnExisting.Fail.getValue());

        var sending = new SesSendingDomain("mail", SesSendingDomainArgs.builder()
            .domain(config.require("domain"))
            .fromAddresses(fromAddress)
            .build());
        new TenantEmail("mail", TenantEmailArgs.builder()
            .tenant(config.get("tenant").orElse("main"))
            .sendingDomain(sending)
            .settings(Auth0SesArgs.builder()
                .kind("auth0.ses")
                .region(sending.region())
                .accessKeyId(sending.accessKeyId())
                .secretAccessKey(sending.secretAccessKey())
                .build())
            .fromAddress(fromAddress)
            .templates(SUBJECTS.entrySet().stream().collect(Collectors.toMap(
                Map.Entry::getKey, each -> template(each.getKey(), each.getValue(), fromAddress))))
            .onExisting(choice(onExisting))
            .build());

        ctx.export("identity", sending.identityArn());
        ctx.export("policy", sending.policyJson());
    }

    /** Returns what to do with what exists already; another word is an error. */
    private static OnExisting choice(String word) {
        return Arrays.stream(OnExisting.values())
            .filter(each -> each.getValue().equals(word))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("onExisting is adopt or fail, not " + word));
    }

    /** Takes a template's body from its file. */
    private static Object template(String name, String subject, String fromAddress) {
        try {
            return Auth0TemplateArgs.builder()
                .kind("auth0.template")
                .template(name)
                .subject(subject)
                .body(Files.readString(Path.of("templates", name + ".html")))
                .fromAddress(fromAddress)
                .build();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
