using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Accounts;

/// <summary>Sends by SMTP, a connection for each mail: they are few.</summary>
internal sealed class SmtpMailGateway(SmtpServer server, string from, TimeProvider time) : IMailGateway
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task SendAsync(Mail mail, CancellationToken ct)
    {
        using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(server.Host, server.Port, server.Security, ct);
            if (server.User is { } user) await client.AuthenticateAsync(user, server.Password ?? "", ct);
            using var message = Messages.Of(mail, from, time);
            await client.SendAsync(message, ct);
            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception refused) when (refused is SmtpCommandException or SmtpProtocolException or AuthenticationException or SslHandshakeException or SocketException or ServiceNotConnectedException or ServiceNotAuthenticatedException or ParseException or NotSupportedException)
        {
            throw new IOException($"The mail server {server} did not take the mail.", refused);
        }
    }
}

/// <summary>Drops each mail as a file that mail programs open: for development, and for a portal that has no mail server yet.</summary>
internal sealed class FolderMailGateway(string folder, string from, TimeProvider time) : IMailGateway
{
    public async Task SendAsync(Mail mail, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        using var message = Messages.Of(mail, from, time);
        // Under its name only once it is whole.
        var name = Path.Combine(folder, $"{time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmssfff}-{Change.NewId()[..8]}.eml");
        await message.WriteToAsync($"{name}.part", ct);
        File.Move($"{name}.part", name);
    }
}

internal static class Messages
{
    public static MimeMessage Of(Mail mail, string from, TimeProvider time)
    {
        var message = new MimeMessage { Subject = mail.Subject, Date = time.GetUtcNow(), Body = new TextPart("plain") { Text = mail.Text } };
        message.From.Add(MailboxAddress.Parse(from));
        message.To.Add(MailboxAddress.Parse(mail.To));
        return message;
    }
}
