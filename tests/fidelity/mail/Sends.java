// Sends a mail for each line of properties on stdin, through JavaMail, whose rules are Jakarta Mail's; says whether it
// connected, whether it went out, whether the library logged in, and what it said. A line: user, password, then name=value, tab-separated.
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.mail.Message;
import javax.mail.SendFailedException;
import javax.mail.Session;
import javax.mail.Transport;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.MimeMessage;

public class Sends {
    static String sends(String line) {
        String[] parts = line.split("\t", -1);
        Properties properties = new Properties();
        for (int i = 2; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            properties.setProperty(pair[0], pair[1]);
        }
        ByteArrayOutputStream trace = new ByteArrayOutputStream();
        Session session = Session.getInstance(properties);
        session.setDebugOut(new PrintStream(trace));
        session.setDebug(true);
        boolean connected = false;
        boolean sent = false;
        String said = "";
        try {
            MimeMessage message = new MimeMessage(session);
            message.setFrom(new InternetAddress("sender@acme.example"));
            message.setRecipient(Message.RecipientType.TO, new InternetAddress("ops@other.example"));
            message.setSubject("judge");
            message.setText("judge");
            message.saveChanges();
            Transport transport = session.getTransport("smtp");
            if (parts[0].isEmpty()) transport.connect();
            else transport.connect(parts[0], parts[1]);
            transport.sendMessage(message, message.getAllRecipients());
            sent = true;
            connected = true;
        } catch (Exception error) {
            connected = error instanceof SendFailedException;
            said = String.valueOf(error) + " " + error.getCause();
        }
        boolean loggedIn = trace.toString().matches("(?s).*AUTH [A-Z0-9-]+ succeeded.*");
        return connected + "\t" + sent + "\t" + loggedIn + "\t" + said.replaceAll("[\\p{Cntrl}]+", " ");
    }

    public static void main(String[] arguments) throws Exception {
        long longest = Long.parseLong(arguments[0]);
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<String>> verdicts = new ArrayList<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            String given = line;
            verdicts.add(threads.submit(() -> sends(given)));
        }
        long ends = System.nanoTime() + TimeUnit.SECONDS.toNanos(longest);
        for (Future<String> verdict : verdicts) {
            try {
                System.out.println(verdict.get(Math.max(1, ends - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (Exception late) {
                System.out.println("false\tfalse\tfalse\tno end within the judge's time");
            }
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
