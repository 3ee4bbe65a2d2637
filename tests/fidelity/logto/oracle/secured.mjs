// Says for each SMTP config on stdin how the connector's own mail library opens a connection: what it sends first, and
// what next, to a server that offers a login and, where asked, STARTTLS.
import net from "node:net";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const nodemailer = createRequire(import.meta.resolve("@logto/connector-smtp"))("nodemailer");

const opened = ({ config, offersTls }) =>
  new Promise((resolve) => {
    const server = net.createServer((socket) => {
      const greeting = setTimeout(() => socket.write("220 test ESMTP\r\n"), 100);
      socket.on("error", () => {});
      socket.on("data", (data) => {
        if (data[0] === 0x16) return done("TLS");
        const [verb] = data.toString().split(/[\s]/);
        if (verb === "EHLO") socket.write(`250-test\r\n${offersTls ? "250-STARTTLS\r\n" : ""}250 AUTH LOGIN\r\n`);
        else done(verb);
      });
      const done = (seen) => {
        clearTimeout(greeting);
        resolve(seen);
        socket.destroy();
        server.close();
      };
    });
    server.listen(0, "127.0.0.1", () => {
      const transport = nodemailer.createTransport(config);
      // whatever port the config names, this server is behind it
      transport.transporter.getSocket = (_, callback) => {
        const connection = net.connect(server.address().port, "127.0.0.1", () => callback(null, { connection }));
      };
      transport.sendMail({ from: "a@b.example", to: "c@d.example", text: "x" }).catch(() => {});
    });
  });

for await (const line of createInterface({ input: process.stdin })) console.log(await opened(JSON.parse(line)));
process.exit(0);
