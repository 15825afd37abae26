namespace StrokeCare.Accounts;

/// <summary>The doctors one can be a patient of, for whoever is signed in: names, and no more of their accounts.</summary>
public sealed class ListDoctorsHandler(IUserStore users)
{
    /// <summary>The page's <c>Next</c> is the last id; the edge makes an opaque cursor of it.</summary>
    public async Task<Page<Doctor>> HandleAsync(UserId? before, int limit, CancellationToken ct)
    {
        var rows = await users.ListAsync(new() { Role = Role.Doctor, IsActive = true, Before = before, Limit = limit + 1 }, ct);
        var page = rows.ToPage(limit, last => last.Id.ToString());
        return new([.. page.Items.Select(u => new Doctor(u.Id, u.FirstName, u.LastName, u.Specialization))], page.Next);
    }
}

/// <summary>What anybody in the clinic may know of a doctor.</summary>
public sealed record Doctor(UserId Id, string? FirstName, string? LastName, string? Specialization);

internal static class Doctors
{
    public static async Task<bool> IsDoctorAsync(this IUserStore users, UserId id, CancellationToken ct) => await users.FindAsync(id, ct) is { IsActiveDoctor: true };
}
