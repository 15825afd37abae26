using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Accounts;

/// <summary>Field names in <c>users</c>: the columns' names of the relational stores.</summary>
internal static class UserFields
{
    public const string Id = "_id";
    public const string Username = "username";
    public const string NormalizedUsername = "normalized_username";
    public const string Email = "email";
    public const string NormalizedEmail = "normalized_email";
    public const string PasswordHash = "password_hash";
    public const string Role = "role";
    public const string FirstName = "first_name";
    public const string LastName = "last_name";
    public const string Specialization = "specialization";
    public const string IsActive = "is_active";
    public const string CreatedAt = "created_at";
    public const string LastLogin = "last_login";
    public const string FailedAttempts = "failed_attempts";
    public const string LockedUntil = "locked_until";
    public const string PasswordChangedAt = "password_changed_at";

    /// <summary>Whether it is only reserved: an equality that an index can lead with, where the absence of an intent is a range.</summary>
    public const string IsReserved = "is_reserved";

    /// <summary>The intent of a self-registration that has not ended; absent in real accounts.</summary>
    public const string ReservedBy = "reserved_by";

    /// <summary>The intent that made this account, once it is real: whoever repeats its steps finds out that they are done.</summary>
    public const string RegisteredBy = "registered_by";

    /// <summary>The change that made this account: whoever repeats it finds out that it is done.</summary>
    public const string AddedBy = "added_by";
}

/// <summary>An account as a document. Written field by field, never replaced: what we do not know stays.</summary>
internal static class UserDocument
{
    private static UpdateDefinitionBuilder<BsonDocument> Update => Builders<BsonDocument>.Update;

    /// <summary>What is only reserved has no change yet.</summary>
    public static BsonDocument New(User user, Change? change, ObjectId write, DateTimeOffset now)
    {
        var document = new BsonDocument(UserFields.Id, user.Id.Value);
        foreach (var (name, value) in Origin(user).Concat(Fields(user)))
        {
            if (value is not null) document.Add(name, value);
        }

        if (change is null)
        {
            document.Add(PendingFields.LastWrite, write);
            return document;
        }

        document.Add(UserFields.AddedBy, change.ChangeId);
        ChangeDocument.AddTo(document, change, write, now);
        return document;
    }

    /// <summary>Leaves last sign-in alone and, unless they are to be forgotten, failed attempts and lock.</summary>
    public static UpdateDefinition<BsonDocument> Next(User next, FailedAttempts attempts)
    {
        var parts = Fields(next).Select(BsonFields.Set).ToList();
        if (attempts == FailedAttempts.Forget) parts.Add(Forget());
        return Update.Combine(parts);
    }

    public static UpdateDefinition<BsonDocument> Activate(string reservedBy) => Update
        .Set(UserFields.IsActive, true)
        .Set(PendingFields.Version, 1L)
        .Set(UserFields.IsReserved, false)
        .Unset(UserFields.ReservedBy)
        .Set(UserFields.RegisteredBy, reservedBy);

    /// <summary>No attempt is counted and no lock is set.</summary>
    public static UpdateDefinition<BsonDocument> Forget() => Update.Set(UserFields.FailedAttempts, 0).Unset(UserFields.LockedUntil);

    public static User Read(BsonDocument document)
    {
        var createdAt = document.Time(UserFields.CreatedAt) ?? DateTimeOffset.UnixEpoch;
        return new()
        {
            Id = IdOf(document),
            Username = document.Text(UserFields.Username) ?? throw Broken(document, UserFields.Username),
            Email = document.Text(UserFields.Email) ?? throw Broken(document, UserFields.Email),
            PasswordHash = document.Text(UserFields.PasswordHash) ?? throw Broken(document, UserFields.PasswordHash),
            Role = AuditNames.Parse<Role>(document.Text(UserFields.Role)) ?? throw Broken(document, UserFields.Role),
            FirstName = document.Text(UserFields.FirstName),
            LastName = document.Text(UserFields.LastName),
            Phone = document.Text("phone"),
            Specialization = document.Text(UserFields.Specialization),
            LicenseNumber = document.Text("license_number"),
            // Whoever cannot be read as active is not let in.
            IsActive = document.Bool(UserFields.IsActive) ?? false,
            CreatedAt = createdAt,
            LastLogin = document.Time(UserFields.LastLogin),
            Epoch = (int)(document.Whole("epoch") ?? 0),
            FailedAttempts = (int)(document.Whole(UserFields.FailedAttempts) ?? 0),
            LockedUntil = document.Time(UserFields.LockedUntil),
            MustChangePassword = document.Bool("must_change_password") ?? false,
            PasswordChangedAt = document.Time(UserFields.PasswordChangedAt) ?? createdAt,
            ReservedBy = document.Text(UserFields.ReservedBy),
            Version = document.Whole(PendingFields.Version) ?? 0,
        };
    }

    public static DoctorName ReadName(BsonDocument document) => new(
        IdOf(document), document.Text(UserFields.Username) ?? throw Broken(document, UserFields.Username),
        document.Text(UserFields.FirstName), document.Text(UserFields.LastName), document.Text(UserFields.Specialization));

    public static UserId IdOf(BsonDocument document) => new(document[UserFields.Id].ToInt32());

    /// <summary>All that a change may change; null means the field is absent.</summary>
    private static IEnumerable<(string Name, BsonValue? Value)> Fields(User user) =>
    [
        (UserFields.Email, user.Email),
        (UserFields.NormalizedEmail, User.Normalize(user.Email)),
        (UserFields.PasswordHash, user.PasswordHash),
        (UserFields.Role, user.Role.Wire()),
        (UserFields.FirstName, BsonFields.Of(user.FirstName)),
        (UserFields.LastName, BsonFields.Of(user.LastName)),
        ("phone", BsonFields.Of(user.Phone)),
        (UserFields.Specialization, BsonFields.Of(user.Specialization)),
        ("license_number", BsonFields.Of(user.LicenseNumber)),
        (UserFields.IsActive, (BsonBoolean)user.IsActive),
        ("epoch", user.Epoch),
        ("must_change_password", (BsonBoolean)user.MustChangePassword),
        (UserFields.PasswordChangedAt, BsonFields.Of(user.PasswordChangedAt)),
        (PendingFields.Version, (BsonInt64)user.Version),
    ];

    /// <summary>What an account begins with and what moves without a version.</summary>
    private static IEnumerable<(string Name, BsonValue? Value)> Origin(User user) =>
    [
        (UserFields.Username, user.Username),
        (UserFields.NormalizedUsername, User.Normalize(user.Username)),
        (UserFields.CreatedAt, BsonFields.Of(user.CreatedAt)),
        (UserFields.LastLogin, BsonFields.Of(user.LastLogin)),
        (UserFields.FailedAttempts, user.FailedAttempts),
        (UserFields.LockedUntil, BsonFields.Of(user.LockedUntil)),
        (UserFields.IsReserved, (BsonBoolean)(user.ReservedBy is not null)),
        (UserFields.ReservedBy, BsonFields.Of(user.ReservedBy)),
    ];

    private static InvalidDataException Broken(BsonDocument document, string name) =>
        new($"The account {document[UserFields.Id]} has no readable {name}.");
}
