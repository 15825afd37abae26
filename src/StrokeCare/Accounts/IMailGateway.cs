namespace StrokeCare.Accounts;

/// <summary>One plain-text mail.</summary>
public sealed record Mail(string To, string Subject, string Text);

/// <summary>Sends mail: by SMTP, or into a folder where no server is configured. An edge that tests cannot run.</summary>
public interface IMailGateway
{
    /// <summary>Returns when the next hop has taken it. Any failure is an <see cref="IOException"/>.</summary>
    Task SendAsync(Mail mail, CancellationToken ct);
}
