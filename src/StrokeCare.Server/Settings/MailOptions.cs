using MailKit.Security;

namespace StrokeCare.Server.Settings;

/// <summary>How mail leaves: by the server in <c>SMTP_URL</c>, or, without one, into the folder <c>mail</c> of the instance.</summary>
internal sealed record MailOptions
{
    public required SmtpServer? Server { get; init; }

    /// <summary>Where mail goes when there is no server.</summary>
    public required string Folder { get; init; }

    /// <summary>Whom mails come from.</summary>
    public required string Sender { get; init; }

    /// <summary>Where people reach the portal, for links in mails.</summary>
    public required string PublicUrl { get; init; }

    public static MailOptions From(IConfiguration settings, InstanceOptions instance, ListenOptions listen)
    {
        var publicUrl = settings.Text("STROKECARE_PUBLIC_URL") ?? listen.Urls[0];
        if (!Uri.TryCreate(publicUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new SettingException("STROKECARE_PUBLIC_URL", $"{publicUrl} is not an http or https address.");
        return new()
        {
            Server = settings.Text("SMTP_URL") is { } url ? SmtpServer.Parse(url) : null,
            Folder = Path.Combine(instance.Directory, "mail"),
            Sender = settings.Text("MAIL_FROM") ?? "StrokeCare Portal <no-reply@clinic.invalid>",
            PublicUrl = publicUrl.TrimEnd('/'),
        };
    }
}

/// <summary><c>smtp://[user:password@]host[:port]</c> demands STARTTLS unless the host is this machine; <c>smtps://</c> is TLS from the start. It never prints its password.</summary>
internal sealed record SmtpServer(string Host, int Port, SecureSocketOptions Security, string? User, string? Password)
{
    public static SmtpServer Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || url.Host.Length == 0)
            throw new SettingException("SMTP_URL", "is smtp://[user:password@]host[:port] or smtps://…; special characters of the password are escaped as in any URL.");
        var login = url.UserInfo.Split(':', 2);
        return new(
            url.Host,
            url.Port > 0 ? url.Port : url.Scheme == "smtps" ? 465 : 587,
            url.Scheme == "smtps" ? SecureSocketOptions.SslOnConnect : url.IsLoopback ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls,
            login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : null,
            login.Length > 1 ? Uri.UnescapeDataString(login[1]) : null);
    }

    public override string ToString() => $"{Host}:{Port}";
}
