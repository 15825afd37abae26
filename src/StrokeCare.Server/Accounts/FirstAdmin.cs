using System.Security.Cryptography;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Server.Accounts;

/// <summary>On the first start there is nobody who could make accounts: an admin is made, its password random and shown once.</summary>
internal sealed class FirstAdmin(IUserStore users, CreateUserHandler create, TimeProvider time, ILogger<FirstAdmin> logger)
{
    public const string Username = "admin";

    // No letters or digits that look like others.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // One for all attempts: the first may have made the admin and lost the answer.
    private readonly string password = string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Alphabet, 5)));
    private bool tried;

    /// <summary>Gives a new admin's password to <paramref name="announce"/>. False: the accounts' store is away, nobody knows whether there is an admin.</summary>
    public async Task<bool> TryEnsureAsync(Action<string> announce, CancellationToken ct)
    {
        try
        {
            if (await users.AnyAdminAsync(ct))
            {
                if (tried && await IsOursAsync(ct)) announce(password);
                return true;
            }

            tried = true;
            var made = await create.HandleAsync(
                new CreateUser { Username = Username, Email = "admin@clinic.invalid", Password = password, Role = Role.Admin, MustChangePassword = true },
                Actor.Operator, null, ct);
            // Another process that starts at the same time was faster: its password is the one that counts.
            if (made.Succeeded) announce(password);
            return made.Succeeded || made.Error.Kind != ErrorKind.Unavailable;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Beside the requests, until the accounts' store answered.</summary>
    public async Task KeepTryingAsync(Action<string> announce, CancellationToken ct)
    {
        Log.Waits(logger, null);
        var runner = new JobRunner("making of the first admin", logger);
        var isEnsured = false;
        try
        {
            while (!isEnsured)
            {
                await Task.Delay(RetryInterval, time, ct);
                await runner.TryAsync(async token => isEnsured = await TryEnsureAsync(announce, token), ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Log.Ended(logger, null);
        }
    }

    private async Task<bool> IsOursAsync(CancellationToken ct) =>
        await users.FindByUsernameAsync(Username, ct) is { } admin && Passwords.Verify(password, admin.PasswordHash);

    private static class Log
    {
        public static readonly Action<ILogger, Exception?> Waits = LoggerMessage.Define(
            LogLevel.Warning, new EventId(26, "FirstAdminWaits"), "The accounts' store does not answer; if it has no admin, the first one is made when it does");

        public static readonly Action<ILogger, Exception?> Ended = LoggerMessage.Define(
            LogLevel.Debug, new EventId(27, "FirstAdminEnded"), "Stopped before the accounts' store answered");
    }
}
